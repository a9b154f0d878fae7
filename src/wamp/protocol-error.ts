/** The other side broke the protocol; the session with it ends. */
export class ProtocolError extends Error {}
