import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyzeStandard } from '../../src/mapping/standard-analyzer.ts';
import { appendAsciiWords, NOT_ASCII } from '../../src/percolate/embedded/scan/ascii-words.ts';
import { Atoms } from '../../src/percolate/embedded/scan/atoms.ts';
import { runs } from '../runs.ts';

interface Word {
  readonly text: string;
  readonly position: number;
}

/** Words that the byte scanner finds in a JSON string's bytes, or null where it gives up. */
function scan(text: string, behind = '", "other": "value"'): Word[] | null {
  const buffer = Buffer.from(`"${text}${behind}`);
  const atoms = new Atoms();
  const close = appendAsciiWords(buffer, 1, buffer.length, atoms, 0, 0);
  if (close === NOT_ASCII) {
    expect(atoms.count).toBe(0);
    return null;
  }
  expect(close).toBe(1 + text.length);
  return Array.from({ length: atoms.count }, (_, at) => {
    const start = atoms.starts[at]!;
    const bytes = atoms.scratch.subarray(start, start + atoms.lengths[at]!);
    return { text: Buffer.from(bytes).toString(), position: atoms.positions[at]! };
  });
}

const analyse = (text: string): Word[] =>
  analyzeStandard(text).map((token) => ({ text: token.text, position: token.position }));

const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'aZ09_') },
  { weight: 3, arbitrary: fc.constantFrom(..."'.,;: -/@#*") },
  { weight: 1, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)) },
);
const plain = fc
  .array(character, { maxLength: 60 })
  .map((characters) => characters.join('').replaceAll(/["\\]/g, ' '));

test('the byte scanner finds the words that the analyser finds in ASCII texts', () => {
  fc.assert(
    fc.property(plain, (text) => {
      expect(scan(text)).toEqual(analyse(text));
    }),
    { numRuns: runs(2000) },
  );
});

test.each([
  ['an escape', 'a\\n b'],
  ['a letter beyond ASCII', 'größe'],
  ['a token of 255 characters', 'x'.repeat(255)],
])('the byte scanner leaves %s to the analyser', (_what, text) => {
  expect(scan(text)).toBeNull();
});

test('a string that is not closed is left to the grammar', () => {
  expect(scan('never closed', '')).toBeNull();
});

test('texts longer than the room reserved at once are read whole', () => {
  const text = 'ab cd, '.repeat(3000);
  expect(scan(text)).toEqual(analyse(text));
});
