import type { QueryOrdinal } from '../../document.ts';
import type { StreamParams } from '../stream-params.ts';
import type { DisconnectReason } from '../subscriber.ts';
import type { Connection } from './connection.ts';
import { Feed } from './feed.ts';
import { MESSAGE_FORMAT } from './message-format.ts';

const CLOSE_NORMAL = 1000;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_REFUSED = 1008;

const CODES: Partial<Record<DisconnectReason, number>> = {
  drain: CLOSE_GOING_AWAY,
  slow: CLOSE_REFUSED,
};

/**
 * A tail without WAMP: each hit or gap record is one text message. A limit or time-out closes with
 * 1000, a drain with 1001; the closing frame's text is the reason.
 * @returns what ends it when estrom stops
 * @throws EstromError UNAVAILABLE while shutting down
 */
export function openMessageTail(
  connection: Connection,
  ordinal: QueryOrdinal,
  { onSlow, after, limit, timeout }: Pick<StreamParams, 'onSlow' | 'after' | 'limit' | 'timeout'>,
): () => Promise<void> {
  const end = (reason: DisconnectReason) =>
    connection.end(reason, () => connection.close(CODES[reason] ?? CLOSE_NORMAL, reason));
  const feed = new Feed(connection, ordinal, {
    format: MESSAGE_FORMAT,
    onSlow,
    after,
    limit,
    onLimit: () => void end('limit'),
    onEnd: end,
  });
  feed.open();
  feed.start();
  if (timeout !== null) {
    const timer = setTimeout(() => void end('timeout'), timeout);
    connection.whenClosed(() => clearTimeout(timer));
  }
  return () => end('drain');
}
