import { showText } from './tail-fields.ts';

/** Told by the server in place of hits that this tail does not get. */
export interface GapRecord {
  readonly count: number | null;
  readonly reason?: string;
  readonly from?: string;
  readonly to?: string;
}

/** By the server's words; one that is not here is shown as it is. */
const GAP_REASONS: Readonly<Record<string, string>> = {
  slow: 'this tail reads too slowly',
  sampled: 'this tail reads too slowly and takes a sample',
  closed: 'this tail read too slowly and was cut',
  evicted: 'they are older than what the server keeps',
  inactive: 'nobody listened for a while',
  restart: 'the server was started anew',
  rate: 'the topic had more than its share of Crossbar.io',
  refused: 'Crossbar.io did not take them',
  lost: 'they were lost on the way between servers',
  paused: 'the engine fails on this query, or it takes too long, and is not matched for a while',
};

/** The `_gap` of a record, null when the record is a hit. */
export function readGap(json: string): GapRecord | null {
  if (!json.startsWith('{"_gap":')) return null;
  return (JSON.parse(json) as { _gap: GapRecord })._gap;
}

/** `12 hits are missing: this tail reads too slowly (from … to …)` */
export function describeGap({ count, reason, from, to }: GapRecord): string {
  const what =
    count === null
      ? 'hits may be missing'
      : count === 1
        ? '1 hit is missing'
        : `${count} hits are missing`;
  const why = reason === undefined ? '' : `: ${GAP_REASONS[reason] ?? showText(reason)}`;
  const where = [from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ');
  return `${what}${why}${where === '' ? '' : ` (${showText(where)})`}`;
}

/** Where to go on behind a gap; out of a sampled range hits still come, behind a cut they can be had. */
export function positionBehind({ reason, to }: GapRecord): string | undefined {
  return reason === 'sampled' || reason === 'closed' ? undefined : to;
}

const HIT_HEAD = /^\{"_index":"(?:[^"\\]|\\.)*","_id":"(?:[^"\\]|\\.)*","_seq":"([^"\\]*)"/;

/** A hit's position, read without parsing the document. */
export function seqOf(json: string): string | undefined {
  return HIT_HEAD.exec(json)?.[1];
}
