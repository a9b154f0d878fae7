import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextHalfFloat, toHalfFloat } from '../../src/mapping/java-numbers.ts';
import {
  isWholeKind,
  type NumberBounds,
  type NumberKind,
  type NumberSpan,
  numberRange,
  numberTerm,
  readNumber,
  WHOLE_BOUNDS,
} from '../../src/mapping/number-kinds.ts';

type Line = [
  kind: NumberKind,
  text: string,
  documents: (string | number | null)[],
  term: string | null,
  bounds: (string | null)[],
];
const golden = JSON.parse(
  readFileSync(new URL('../golden/numbers.json', import.meta.url), 'utf8'),
) as Line[];

/** A range as Lucene writes it, within the type: the smaller types are asked as integers. */
function spanOf(kind: NumberKind, text: string | null): NumberSpan | null {
  const found = /^\[(\S+) TO (\S+)\]$/.exec(text ?? '');
  if (!found) return null;
  const [, from, to] = found as unknown as [string, string, string];
  if (!isWholeKind(kind)) {
    const read = kind === 'double' ? Number : (end: string) => Math.fround(Number(end));
    // NaN is above all in Lucene.
    const [low, high] = [read(from), to === 'NaN' ? Number.POSITIVE_INFINITY : read(to)];
    return low <= high ? { low, high } : null;
  }
  const [least, greatest] = WHOLE_BOUNDS[kind];
  const low = BigInt(from) < least ? least : BigInt(from);
  const high = BigInt(to) > greatest ? greatest : BigInt(to);
  return low > high ? null : { low, high };
}

const OPEN: NumberBounds = { lower: null, upper: null, includeLower: true, includeUpper: true };

const bounds = (text: string): NumberBounds[] => [
  { ...OPEN, lower: text },
  { ...OPEN, lower: text, includeLower: false },
  { ...OPEN, upper: text },
  { ...OPEN, upper: text, includeUpper: false },
];

describe('numbers', () => {
  it('of documents are what Elasticsearch stores', () => {
    const read = (kind: NumberKind, text: string, at: number) => {
      const value = readNumber(kind, text, at < 2 ? 'string' : 'number', at % 2 === 0);
      if (value === undefined) return 'missing';
      // JSON's 0 has no sign.
      return typeof value === 'bigint' ? String(value) : value === 0 ? 0 : value;
    };
    const actual = golden.map(([kind, text, documents]) => [
      kind,
      text,
      documents.map((value, at) => (value === 'none' ? value : read(kind, text, at))),
    ]);
    expect(actual).toEqual(golden.map(([kind, text, documents]) => [kind, text, documents]));
  });

  it('of terms are what Elasticsearch asks for', () => {
    const expected = golden.map(([kind, text, , term]) => {
      const span = spanOf(kind, term);
      return [kind, text, span?.low ?? null];
    });
    const actual = golden.map(([kind, text]) => [kind, text, numberTerm(kind, text)]);
    expect(actual).toEqual(expected);
  });

  it('of bounds are those that Elasticsearch asks for', () => {
    const expected = golden.map(([kind, text, , , ranges]) => [
      kind,
      text,
      ranges.map((range) => spanOf(kind, range)),
    ]);
    const actual = golden.map(([kind, text]) => [
      kind,
      text,
      bounds(text).map((bound) => numberRange(kind, bound)),
    ]);
    expect(actual).toEqual(expected);
  });

  it('of 16 bits are the nearest there are, and have neighbours', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65000, max: 65000 }), (value) => {
        const half = toHalfFloat(value);
        const above = nextHalfFloat(value, 1);
        const below = nextHalfFloat(value, -1);
        expect(toHalfFloat(half)).toBe(half);
        expect(above).toBeGreaterThanOrEqual(value);
        expect(below).toBeLessThanOrEqual(value);
        expect(Math.abs(half - value)).toBeLessThanOrEqual(
          Math.min(Math.abs(above - value) || Infinity, Math.abs(below - value) || Infinity),
        );
        if (!Object.is(half, 0) && !Object.is(half, -0))
          expect(nextHalfFloat(nextHalfFloat(half, 1), -1)).toBe(half);
      }),
    );
  });

  it('without a sign are whole, from 0 to 2^64 - 1', () => {
    const read = (text: string) => readNumber('unsigned_long', text, 'string');
    expect(['0', '18446744073709551615', '+5'].map(read)).toEqual([0n, 2n ** 64n - 1n, 5n]);
    expect(['-1', '18446744073709551616', '5.5', ''].map(read)).toEqual([null, null, null, null]);
    const range = (lower: string, upper: string) =>
      numberRange('unsigned_long', { ...OPEN, lower, upper });
    expect(range('-5', '7.5')).toEqual({ low: 0n, high: 7n });
    expect(range('7.5', '1e30')).toEqual({ low: 8n, high: 2n ** 64n - 1n });
    expect(range('-7.5', '-0.5')).toBeNull();
    expect(numberTerm('unsigned_long', '5')).toBe(5n);
  });
});
