import type { QueryOrdinal } from '../document.ts';
import type { Hit } from './broker.ts';
import { formatPosition, type Position } from './position.ts';

/**
 * Why hits can be missing: `slow` (the subscriber read too slowly), `sampled` (it chose to get every
 * n-th while it does), `closed` (it chose to be cut then), and what a position cannot be resumed for:
 * `evicted` (it is older than what is kept), `inactive` (nobody listened to the topic for a while),
 * `restart` (it is of another run). And on the way through a router: `rate` (the topic had more than
 * its share), `refused` (the router did not take them), `lost` (they did not arrive). And `paused`: the
 * engine fails on the query, and leaves it out from here on.
 */
export const SHED_REASONS = ['slow', 'sampled', 'closed'] as const;
export type ShedReason = (typeof SHED_REASONS)[number];
export const ROUTER_GAP_REASONS = ['rate', 'refused', 'lost'] as const;
export const GAP_REASONS = [
  ...SHED_REASONS,
  'evicted',
  'inactive',
  'restart',
  ...ROUTER_GAP_REASONS,
  'paused',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** Hits that a subscriber did not get, told to it at the place where they are missing. */
export interface Gap {
  /** Null where nobody knows. */
  readonly count: number | null;
  readonly reason: GapReason;
  /**
   * Admission numbers of the first and the last hit that is missing. With an unknown count nothing
   * is missing up to `from`, which may be of another epoch, nor behind `to`.
   */
  readonly from: number | Position;
  readonly to: number;
}

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

/** ASCII, on one line. */
export function gapJson({ count, reason, from, to }: Gap, epoch: string): string {
  const start = typeof from === 'number' ? `${epoch}-${from}` : formatPosition(from);
  return `{"_gap":{"count":${count},"reason":"${reason}","from":"${start}","to":"${epoch}-${to}"}}`;
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
