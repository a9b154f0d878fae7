import type { QueryOrdinal } from '../../document.ts';
import { jsonToMsgpack } from '../../wamp/msgpack-writer.ts';
import type { SerializerName } from '../../wamp/serializers.ts';
import type { Format } from '../formats.ts';
import { gapJson } from '../gap.ts';
import { BINARY_FRAME, frameHead, TEXT_FRAME, word } from '../websocket/frame-head.ts';
import { EVENT } from './messages.ts';

/** A subscription's id is its topic's, so that an EVENT is the same for all who get it. */
export function subscriptionId(ordinal: QueryOrdinal): number {
  return ordinal + 1;
}

/** EVENT with one positional argument, as whole WebSocket frames that all subscribers share. */
const json: Format = {
  name: 'wamp_json',
  contentType: 'application/json',
  separator: 0,
  after: ']]',
  heartbeat: '',
  closing: '',
  opening: () => '',
  before: (hit, _epoch, ordinal, length) => jsonEvent(ordinal, hit.seq, length),
  gap: (gap, epoch, ordinal) => {
    const body = gapJson(gap, epoch);
    return `${jsonEvent(ordinal, gap.to, body.length)}${body}]]`;
  },
};

const msgpack: Format = {
  name: 'wamp_msgpack',
  contentType: 'application/msgpack',
  separator: 0,
  after: '',
  heartbeat: '',
  closing: '',
  opening: () => '',
  before: (hit, _epoch, ordinal, length) => msgpackEvent(ordinal, hit.seq, length),
  transcode: jsonToMsgpack,
  gap: (gap, epoch, ordinal) => {
    const body = jsonToMsgpack(Buffer.from(gapJson(gap, epoch))).toString('latin1');
    return `${msgpackEvent(ordinal, gap.to, body.length)}${body}`;
  },
};

export const EVENT_FORMATS: Readonly<Record<SerializerName, Format>> = { json, msgpack };

/** @param seq the hit's admission number, of which the publication's id is made */
function jsonEvent(ordinal: QueryOrdinal, seq: number, length: number): string {
  const head = `[${EVENT},${subscriptionId(ordinal)},${seq + 1},{},[`;
  return `${frameHead(TEXT_FRAME, head.length + length + 2)}${head}`;
}

function msgpackEvent(ordinal: QueryOrdinal, seq: number, length: number): string {
  // A list of five: EVENT, two numbers of 64 bits, an empty map, a list of one.
  const head = `\x95${String.fromCharCode(EVENT)}${uint64(subscriptionId(ordinal))}${uint64(seq + 1)}\x80\x91`;
  return `${frameHead(BINARY_FRAME, head.length + length)}${head}`;
}

function uint64(value: number): string {
  return `\xcf${word(Math.floor(value / 2 ** 32))}${word(value)}`;
}
