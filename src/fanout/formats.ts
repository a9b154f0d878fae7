import type { Hit } from './broker.ts';

/** Hits that a subscriber did not get, told to it at the place where they are missing. */
export interface Gap {
  readonly count: number;
  readonly reason: GapReason;
  /** Admission numbers of the first and the last hit that is missing. */
  readonly from: number;
  readonly to: number;
}

export const GAP_REASONS = ['slow'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

export const FORMAT_NAMES = ['json', 'ndjson', 'sse'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** How records are written into an endless response. A record is `before` + JSON + `after`. */
export interface Format {
  readonly name: FormatName;
  readonly contentType: string;
  /** Bytes at the start of a record that the first one of a response leaves out. */
  readonly separator: number;
  readonly after: string;
  readonly heartbeat: string;
  /** Makes the response whole when estrom ends it. */
  readonly closing: string;
  opening(subscriptionId: string): string;
  /** ASCII. */
  before(hit: Hit, epoch: string): string;
  gap(gap: Gap, epoch: string): string;
}

function gapJson({ count, reason, from, to }: Gap, epoch: string): string {
  return `{"_gap":{"count":${count},"reason":"${reason}","from":"${epoch}-${from}","to":"${epoch}-${to}"}}`;
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
  opening: (id) => `: subscription_id ${id}\n\n`,
  before: (hit, epoch) => `id: ${epoch}-${hit.seq}\nevent: hit\ndata: `,
  // The id is the last one missing, so that a client that reconnects goes on behind the gap.
  gap: (gap, epoch) => `id: ${epoch}-${gap.to}\nevent: gap\ndata: ${gapJson(gap, epoch)}\n\n`,
};

export const FORMATS: Readonly<Record<FormatName, Format>> = { json, ndjson, sse };
