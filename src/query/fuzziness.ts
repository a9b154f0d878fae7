import { scalarAt, syntax } from './dsl/dsl-reader.ts';
import type { Fuzzy } from './ir.ts';
import { JAVA_FLOAT } from './query-string/query-string-text.ts';

export type Edits = Fuzzy['edits'];

/** `AUTO`: none for one or two characters, one up to five, two for more. */
export const AUTO: Edits = [3, 6];
export const FUZZINESS_NOTE = '`0`, `1`, `2`, `AUTO` or `AUTO:low,high`';
/** Lucene makes automata for no more. */
const MAX_EDITS = 2;

/**
 * Elasticsearch's `fuzziness`: a number (above 2 is 2, fractions are cut), `AUTO`, or `AUTO:low,high`.
 * @throws EstromError QUERY_SYNTAX
 */
export function fuzzinessAt(value: unknown, path: string): Edits {
  const text = scalarAt(value, path);
  const edits = parseFuzziness(text);
  if (typeof edits !== 'string') return edits;
  throw syntax(path, `${edits}, but found [${text}]`);
}

/** @returns what is wrong, as a text */
export function parseFuzziness(text: string): Edits | string {
  if (/^auto$/i.test(text)) return AUTO;
  if (/^auto:/i.test(text)) {
    const [, low, high] = /^auto:(\d{1,9}),(\d{1,9})$/i.exec(text) ?? [];
    if (low === undefined || Number(low) > Number(high)) {
      return 'expected AUTO:low,high with two lengths, the lower one first';
    }
    return [Number(low), Number(high)];
  }
  const number = JAVA_FLOAT.test(text) ? Math.trunc(Number.parseFloat(text)) : -1;
  if (number < 0) return 'expected 0, 1, 2, AUTO or AUTO:low,high';
  return Math.min(number, MAX_EDITS) + 0;
}

/** How many edits a token may take. */
export function editsFor(edits: Edits, token: string): number {
  if (typeof edits === 'number') return edits;
  const length = [...token].length;
  return length < edits[0] ? 0 : length < edits[1] ? 1 : MAX_EDITS;
}

/** As Elasticsearch writes it. */
export function fuzzinessText(edits: Edits): string | number {
  return typeof edits === 'number' ? edits : `AUTO:${edits[0]},${edits[1]}`;
}
