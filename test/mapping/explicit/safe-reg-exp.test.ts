import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SafeRegExp } from '../../../src/mapping/explicit/safe-reg-exp.ts';

/** Patterns of the syntax that is the same in JavaScript. */
const { pattern } = fc.letrec<{ pattern: string; part: string; atom: string }>((tie) => ({
  pattern: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  part: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'))
    .map(([atom, many]) => atom + many),
  atom: fc.oneof(
    { maxDepth: 1 },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '[a-c_]', '\\d', '\\w', '\\.', '\\S'),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(${one}|${other})`),
    tie('pattern').map((inner) => `(?:${inner})`),
  ),
}));

describe('regular expressions of dynamic templates', () => {
  it('fit what JavaScript says that they fit', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '_'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 5 }), (source, texts) => {
        const parsed = SafeRegExp.parse(source);
        if (parsed === null) return;
        const expected = new RegExp(`^(?:${source})$`);
        for (const each of texts) expect(parsed.matches(each)).toBe(expected.test(each));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['^profit_\\d+$', 'a{2,3}', '(a|b)*c'])('reads %s', (source) => {
    expect(SafeRegExp.parse(source)).not.toBeNull();
  });

  it.each([
    'x(',
    '*',
    'a{3,1}',
    '(?=a)',
    '\\p{L}',
    '\\1',
    '[a',
    `${'('.repeat(999)}a`,
    'a{999}{999}',
  ])('refuses %s', (source) => {
    expect(SafeRegExp.parse(source)).toBeNull();
  });

  it('takes linear time for what makes others go back', () => {
    const parsed = SafeRegExp.parse('(a+)+b');
    const began = performance.now();
    expect(parsed!.matches('a'.repeat(10_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
