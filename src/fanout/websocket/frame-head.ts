const FIN = 0x80;
export const TEXT_FRAME = FIN | 1;
export const BINARY_FRAME = FIN | 2;

/**
 * The head of an unfragmented WebSocket frame from a server (which does not mask), one character a
 * byte, so that whole frames can be written once and shared by all connections.
 * @param length of the payload, in bytes
 */
export function frameHead(opcode: number, length: number): string {
  if (length < 126) return String.fromCharCode(opcode, length);
  if (length < 65_536) return String.fromCharCode(opcode, 126, length >> 8, length & 255);
  const high = Math.floor(length / 2 ** 32);
  return `${String.fromCharCode(opcode, 127)}${word(high)}${word(length)}`;
}

/** The lower 32 bits, one character a byte, the highest first. */
export function word(value: number): string {
  return String.fromCharCode(
    (value >>> 24) & 255,
    (value >>> 16) & 255,
    (value >>> 8) & 255,
    value & 255,
  );
}
