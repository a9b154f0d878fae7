import { skipSpace, skipString, skipValue } from '../../crossbar/json-ranges.ts';
import type { RawJson } from '../../crossbar/raw-json.ts';
import { GAP_REASONS, type GapReason } from '../gap.ts';

/** A hit that another node framed, as it came out of the router. */
export interface RemoteHit {
  readonly index: string;
  readonly id: string;
  /** Position at the node that it came from. */
  readonly seq: string;
  /** Range of the document in the record's bytes. */
  readonly start: number;
  readonly end: number;
}

/** A gap record of another node. */
export interface RemoteGap {
  readonly count: number | null;
  readonly reason: GapReason;
}

const COLON = 0x3a;
const COMMA = 0x2c;
const KEYS = ['"_index"', '"_id"', '"_seq"', '"_source"'] as const;

/**
 * Reads `{"_index","_id","_seq","_source"}`, in that order as every node frames it; the router may
 * have put its own escapes into the strings. The document stays as it is.
 * @returns undefined for anything else
 */
export function readRemoteHit({ bytes, start, end }: RawJson): RemoteHit | undefined {
  let at = start + 1;
  const texts: string[] = [];
  for (const key of KEYS) {
    at = skipSpace(bytes, at);
    if (bytes.toString('latin1', at, at + key.length) !== key) return undefined;
    at = skipSpace(bytes, at + key.length);
    if (bytes[at] !== COLON) return undefined;
    at = skipSpace(bytes, at + 1);
    const begin = at;
    if (key === '"_source"') {
      const [index, id, seq] = texts as [string, string, string];
      const behind = skipValue(bytes, at);
      return behind < end ? { index, id, seq, start: begin, end: behind } : undefined;
    }
    if (bytes[at] !== 0x22) return undefined;
    at = skipString(bytes, at);
    texts.push(JSON.parse(bytes.toString('utf8', begin, at)) as string);
    at = skipSpace(bytes, at);
    if (bytes[at] !== COMMA) return undefined;
    at++;
  }
  return undefined;
}

/** Undefined for what is no gap record. */
export function readRemoteGap(json: RawJson): RemoteGap | undefined {
  if (json.bytes.toString('latin1', json.start, json.start + 7) !== '{"_gap"') return undefined;
  const { _gap: gap } = JSON.parse(json.toString()) as { _gap: Partial<RemoteGap> };
  const reason = GAP_REASONS.find((one) => one === gap.reason);
  if (reason === undefined) return undefined;
  return { count: typeof gap.count === 'number' ? gap.count : null, reason };
}
