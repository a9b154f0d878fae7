import type { Chunk } from './chunk.ts';
import type { Format } from './formats.ts';

/** Why a subscriber's connection ended. */
export const DISCONNECT_REASONS = [
  'client',
  'limit',
  'timeout',
  'drain',
  'blocked',
  'slow',
  'unanswered',
  'revoked',
] as const;
export type DisconnectReason = (typeof DISCONNECT_REASONS)[number];

/** One live connection, as the hub sees it. */
export interface Subscriber {
  readonly format: Format;
  /** Takes hits of its topic; the chunk is shared and must not be changed. */
  take(chunk: Chunk): void;
  /**
   * Whether it could take hits of so many bytes without losing any, after others that are about to come; of
   * those that are asked this.
   */
  hasRoom?(bytes: number, before: number): boolean;
  /** Called twice per heartbeat interval. */
  beat(): void;
  /** Takes no more hits, sends what waits and the valid ending. Resolves when the connection is done. */
  end(reason: DisconnectReason): Promise<void>;
  /** Cuts the connection, whatever waits. */
  cut(reason: DisconnectReason): void;
}
