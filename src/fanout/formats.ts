import type { QueryOrdinal } from '../document.ts';
import type { Hit } from './broker.ts';
import { type Gap, gapJson } from './gap.ts';

export const FORMAT_NAMES = ['json', 'ndjson', 'sse'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** Every way in which hits leave: HTTP responses, WebSocket messages, events of WAMP sessions. */
export const OUTPUT_NAMES = [...FORMAT_NAMES, 'websocket', 'wamp_json', 'wamp_msgpack'] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

/** How records are written. A record is `before` + JSON, or what it is transcoded to, + `after`. */
export interface Format {
  readonly name: OutputName;
  readonly contentType: string;
  /** Bytes at the start of a record that the first one of a response leaves out. */
  readonly separator: number;
  readonly after: string;
  readonly heartbeat: string;
  /** Makes the response whole when estrom ends it. */
  readonly closing: string;
  /** @param position where the subscriber stands: from here it would resume */
  opening(subscriptionId: string, position: string): string;
  /**
   * One character a byte.
   * @param length bytes of the JSON, or of what it was transcoded to
   */
  before(hit: Hit, epoch: string, ordinal: QueryOrdinal, length: number): string;
  /** What stands for a hit's JSON, from `start` to `end`, where that is not the JSON itself. */
  transcode?(json: Buffer, start: number, end: number): Buffer;
  /** One character a byte. */
  gap(gap: Gap, epoch: string, ordinal: QueryOrdinal): string;
}

/** Whether it is a gap record that was published in a topic: `{"_gap"` against `{"_index"`. */
function isGap({ memory, start }: Hit): boolean {
  return memory.bytes[start + 3] === 0x67;
}

/** Milliseconds after which an EventSource comes back. */
const RETRY = 1000;

/**
 * The id is the last one missing, so that a client that comes back goes on behind the gap; but hits
 * out of a sampled range are still to come, and those behind a closing gap can still be had.
 */
function gapId({ reason, to }: Gap, epoch: string): string {
  return reason === 'sampled' || reason === 'closed' ? '' : `id: ${epoch}-${to}\n`;
}

/** `{"subscription_id": "…", "hits": [`, then one element a line; a comma leads all but the first. */
const json: Format = {
  name: 'json',
  contentType: 'application/json',
  separator: 1,
  after: '\n',
  heartbeat: '\n',
  closing: ']}\n',
  opening: (id) => `{"subscription_id": ${JSON.stringify(id)}, "hits": [\n`,
  before: () => ',',
  gap: (gap, epoch) => `,${gapJson(gap, epoch)}\n`,
};

const ndjson: Format = {
  name: 'ndjson',
  contentType: 'application/x-ndjson',
  separator: 0,
  after: '\n',
  heartbeat: '\n',
  closing: '',
  opening: () => '',
  before: () => '',
  gap: (gap, epoch) => `${gapJson(gap, epoch)}\n`,
};

const sse: Format = {
  name: 'sse',
  contentType: 'text/event-stream',
  separator: 0,
  after: '\n\n',
  heartbeat: ':\n\n',
  closing: '',
  // An id without data is no event, but the client keeps it: cut before its first hit, it resumes.
  opening: (id, position) => `: subscription_id ${id}\nretry: ${RETRY}\nid: ${position}\n\n`,
  before: (hit, epoch) => `id: ${epoch}-${hit.seq}\nevent: ${isGap(hit) ? 'gap' : 'hit'}\ndata: `,
  gap: (gap, epoch) => `${gapId(gap, epoch)}event: gap\ndata: ${gapJson(gap, epoch)}\n\n`,
};

export const FORMATS: Readonly<Record<FormatName, Format>> = { json, ndjson, sse };
