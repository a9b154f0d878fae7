import { expect } from 'vitest';
import type { FormatName } from '../../src/fanout/formats.ts';
import { EPOCH } from './tails.ts';

export interface HitRecord {
  readonly _id: string;
  readonly _seq: string;
  readonly _source: { n: number };
}
export interface GapRecord {
  readonly _gap: { count: number | null; reason: string; from: string; to: string };
}
export type TailRecord = HitRecord | GapRecord;

/** The records of a response that may still be open; heartbeats left out. */
export function recordsOf(text: string, format: FormatName): TailRecord[] {
  if (format === 'json') return (JSON.parse(closed(text)) as { hits: TailRecord[] }).hits;
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  if (format === 'ndjson')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  return lines.filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)));
}

/** Endless JSON up to its last whole line, closed as a reader that stops there would. */
export function closed(text: string): string {
  if (text.endsWith(']}\n')) return text;
  return `${text.slice(0, text.lastIndexOf('\n') + 1)}]}`;
}

/**
 * Checks that documents published as `{"n":0}`, `{"n":1}` … are all there in order, each as a hit or
 * inside exactly one gap.
 * @param next the number of the first one
 */
export function account(
  records: readonly TailRecord[],
  next = 0,
  reason = 'slow',
): {
  hits: number;
  missing: number;
  gaps: number;
  next: number;
} {
  let hits = 0;
  let missing = 0;
  let gaps = 0;
  for (const record of records) {
    if ('_gap' in record) {
      const { count, to } = record._gap;
      expect(record._gap).toMatchObject({ reason, from: `${EPOCH}-${next}` });
      next += count!;
      expect(to).toBe(`${EPOCH}-${next - 1}`);
      missing += count!;
      gaps++;
    } else {
      expect([record._seq, record._source.n]).toEqual([`${EPOCH}-${next}`, next]);
      hits++;
      next++;
    }
  }
  return { hits, missing, gaps, next };
}
