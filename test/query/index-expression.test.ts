import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { validateIndexName } from '../../src/index-name.ts';
import {
  canonicalIndexExpression,
  compileIndexExpression,
} from '../../src/query/index-expression.ts';

describe('the canonical index expression', () => {
  it.each([
    [undefined, '*'],
    [null, '*'],
    ['', '*'],
    ['_all', '*'],
    ['**', '*'],
    ['logs-*,*', '*'],
    ['metrics,logs-*', 'logs-*,metrics'],
    ['b,a,b', 'a,b'],
    ['logs-*,-logs-old,a', 'logs-*,-logs-old,a'],
    ['_all,-a', '*,-a'],
    ['.hidden', '.hidden'],
  ])('of %s is %s', (expression, canonical) => {
    expect(canonicalIndexExpression(expression)).toBe(canonical);
    expect(canonicalIndexExpression(canonical)).toBe(canonical);
  });

  it.each([
    'Logs',
    'a b',
    'a,,b',
    'a#b',
    'a/b',
    '..',
    '_internal',
    '+a',
    '-a',
    'a,-b',
    '*,--a',
    '*,-',
    '<logs-{now/d}>',
    'cluster:logs',
    'a?',
    'ä'.repeat(128),
  ])('refuses %s', (expression) => {
    let thrown: unknown;
    try {
      canonicalIndexExpression(expression);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EstromError);
    expect((thrown as EstromError).code).toBe('BAD_INDEX_NAME');
  });
});

describe('a compiled index expression', () => {
  it.each([
    ['*', ['anything', '.hidden'], []],
    ['logs', ['logs'], ['logs-1', 'log']],
    ['logs-*', ['logs-', 'logs-2026'], ['logs', 'xlogs-']],
    ['*-2026', ['a-2026'], ['a-2026-1']],
    ['a*b*c', ['abc', 'axbxc', 'aabbcc'], ['ab', 'acb', 'abcx']],
    ['ab*ba', ['abba', 'abxba'], ['aba']],
    ['logs-*,metrics', ['logs-1', 'metrics'], ['metrics-1']],
    ['logs-*,-logs-old*', ['logs-new'], ['logs-old', 'logs-old-1']],
    ['*,-a*,ab', ['b', 'ab'], ['a', 'ac']],
  ])('%s takes %j and not %j', (expression, taken, refused) => {
    const test = compileIndexExpression(expression);
    expect(taken.filter((name) => !test(name))).toEqual([]);
    expect(refused.filter(test)).toEqual([]);
  });

  it('agrees with a regular expression on every pattern', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 6 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(piece, name, (pattern, index) => {
        const oracle = new RegExp(`^${pattern.replace(/\*+/g, '.*')}$`);
        expect(compileIndexExpression(pattern)(index)).toBe(oracle.test(index));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the name of an index', () => {
  it.each(['logs', 'logs-2026.01.01', '.hidden', 'ä', 'a_b+c', 'a'.repeat(255)])(
    'may be %s',
    (name) => {
      expect(validateIndexName(name)).toBeNull();
    },
  );

  it.each(['', '.', '..', 'A', '-a', '_a', '+a', 'a*', 'a:b', 'a"', 'a'.repeat(256)])(
    'may not be [%s]',
    (name) => {
      expect(validateIndexName(name)).toEqual(expect.any(String));
    },
  );
});
