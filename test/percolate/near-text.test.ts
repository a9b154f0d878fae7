import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzyOutlines } from '../../src/percolate/embedded/compile/fuzzy-outlines.ts';
import { NearText } from '../../src/percolate/embedded/match/near-text.ts';
import { matchesWildcard } from '../../src/percolate/embedded/match/wildcard.ts';
import { distance } from '../oracle/naive-near.ts';
import { runs } from '../runs.ts';

const encoder = new TextEncoder();
const letter = fc.constantFrom('a', 'b', 'c', 'é', '東', '😀');
const word = fc.array(letter, { maxLength: 9 }).map((letters) => letters.join(''));

/** A text and one that is some edits away. */
const pair = fc
  .tuple(word, fc.array(fc.tuple(fc.nat(9), fc.nat(3), letter), { maxLength: 3 }))
  .map(([text, edits]) => {
    const codes = [...text];
    for (const [at, kind, code] of edits) {
      const place = Math.min(at, codes.length);
      if (kind === 0) codes.splice(place, 0, code);
      else if (kind === 1) codes.splice(place, 1);
      else if (kind === 2) codes.splice(place, 1, code);
      else codes.splice(place, 2, ...codes.slice(place, place + 2).reverse());
    }
    return [text, codes.join('')] as const;
  });
const pairs = fc.oneof({ weight: 5, arbitrary: pair }, fc.tuple(word, word));
const edits = fc.integer({ min: 1, max: 2 });

function isNear(text: string, other: string, prefix: number, most: number, swaps: boolean) {
  const near = new NearText();
  const [bytes, asked] = [encoder.encode(other), encoder.encode(text)];
  near.begin(asked, 0, asked.length, prefix, most, swaps);
  return near.isNear(bytes, 0, bytes.length);
}

/** The same beginning, and behind it no more edits. */
function expected(text: string, other: string, prefix: number, most: number, swaps: boolean) {
  const [start, rest] = [[...text].slice(0, prefix).join(''), [...text].slice(prefix).join('')];
  return other.startsWith(start) && distance(rest, other.slice(start.length), swaps) <= most;
}

test('texts are near that a table of all distances finds near', () => {
  fc.assert(
    fc.property(pairs, fc.nat(3), edits, fc.boolean(), ([text, other], prefix, most, swaps) => {
      expect(isNear(text, other, prefix, most, swaps)).toBe(
        expected(text, other, prefix, most, swaps),
      );
    }),
    { numRuns: runs(5000) },
  );
});

test('one of the outlines matches each text that is near', () => {
  fc.assert(
    fc.property(pairs, fc.nat(3), edits, ([text, other], prefix, most) => {
      fc.pre(text !== '' && expected(text, other, prefix, most, true));
      const bytes = encoder.encode(other);
      const matched = fuzzyOutlines(text, most, prefix).some((outline) => {
        const pattern = encoder.encode(outline);
        return matchesWildcard(pattern, 0, pattern.length, bytes, 0, bytes.length);
      });
      expect(matched).toBe(true);
    }),
    { numRuns: runs(5000) },
  );
});

test('one text after another is compared with tables that are kept', () => {
  const near = new NearText();
  const asked = encoder.encode('x'.repeat(300));
  near.begin(asked, 0, asked.length, 0, 2, true);
  const long = encoder.encode(`y${'x'.repeat(299)}z`);
  expect(near.isNear(long, 0, long.length)).toBe(true);
  near.begin(asked, 0, 3, 0, 1, true);
  expect(near.isNear(long, 0, 3)).toBe(true);
  expect(near.isNear(long, 0, 5)).toBe(false);
});
