import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../runs.ts';
import { LocalEngine } from './local-engine.ts';

let engine: LocalEngine;
let asked = Number.POSITIVE_INFINITY;

/** Why the engine refuses each text, or null. Making an engine takes longer than many texts. */
function verdicts(texts: readonly string[]): (string | null)[] {
  // Each text may bring fields, of which an index takes so many.
  if (++asked > 20) {
    asked = 1;
    engine = new LocalEngine();
    engine.register([{ kind: 'match', field: null, text: 'x', operator: 'or' }]);
  }
  const { failures } = engine.answer(texts);
  return texts.map((_, slot) => failures.find((failure) => failure.slot === slot)?.reason ?? null);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe('the scanner takes what JSON.parse takes', () => {
  test('for any JSON value', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false } as object), (text) => {
        expect(verdicts([text])[0] === null).toBe(isJsonObject(text));
      }),
      { numRuns: runs(500) },
    );
  });

  test('for texts with one character changed, left out or put in', () => {
    const characters = fc.constantFrom(...'{}[]:,"\\/ \t\r0123456789.+-eEtfnulasr\u0001é');
    fc.assert(
      fc.property(
        fc.json().filter(isJsonObject),
        fc.nat(),
        characters,
        fc.constantFrom('change', 'drop', 'insert'),
        (text, place, character, how) => {
          const at = place % (text.length + 1);
          const tail = text.slice(how === 'insert' ? at : at + 1);
          const broken = text.slice(0, at) + (how === 'drop' ? '' : character) + tail;
          // A newline cannot stand in a line, and lone surrogates cannot stand in UTF-8.
          fc.pre(broken.isWellFormed() && broken.length > 0);
          expect(verdicts([broken])[0] === null).toBe(isJsonObject(broken));
        },
      ),
      { numRuns: runs(3000) },
    );
  });

  test('and a broken document does not touch its neighbours', () => {
    const [first, second, third] = verdicts(['{"a":"x"}', '{"a":"x', '{"a":"x"}']);
    expect([first, third]).toEqual([null, null]);
    expect(second).toMatch(/a string is not closed at byte/);
  });
});

describe('what the scanner says', () => {
  test.each([
    ['[1]', 'a document must be a JSON object at byte 0'],
    ['', 'a document must be a JSON object at byte 0'],
    ['{"a":1} x', 'unexpected text after the document at byte 8'],
    ['{"a":1,}', 'expected a quoted field name at byte 7'],
    ['{"a" 1}', 'expected ":" after a field name at byte 5'],
    ['{"a":[1 2]}', 'expected "," or "]" in an array at byte 8'],
    ['{"a":01}', 'expected "," or "}" in an object at byte 6'],
    ['{"a":tru}', 'expected true at byte 5'],
    ['{"a":"\\q"}', 'bad escape at byte 6'],
    ['{"a":"\u0001"}', 'a control character must be escaped at byte 6'],
    ['{"a":', 'expected a value at byte 5'],
  ])('of %j: %s', (text, reason) => {
    expect(verdicts([text])[0]).toBe(`failed to parse: ${reason}`);
  });

  test('of documents that nest too deep', () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
    expect(verdicts([nested(100)])).toEqual([null]);
    expect(verdicts([nested(101)])[0]).toMatch(/deeper than 100 levels/);
    expect(verdicts(['{"a":'.repeat(200_000)])[0]).toMatch(/deeper than 100 levels/);
    expect(verdicts([`{"a":${'['.repeat(200_000)}`])[0]).toMatch(/deeper than 100 levels/);
  });
});
