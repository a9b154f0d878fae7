import fc from 'fast-check';
import { expect, test } from 'vitest';
import { regexpOutlines } from '../../../src/percolate/embedded/compile/regexp-outlines.ts';
import { matchesWildcard } from '../../../src/percolate/embedded/match/wildcard.ts';
import { accepts } from '../../../src/query/regexp/automaton.ts';
import { compileRegexp } from '../../../src/query/regexp/compile-regexp.ts';
import { ALL_OPERATORS, parseRegexp, type RegexpNode } from '../../../src/query/regexp/syntax.ts';
import { TooComplex } from '../../../src/query/regexp/work.ts';
import { runs } from '../../runs.ts';

const encoder = new TextEncoder();

/** All ends of texts of the node that begin at `from`: the definition, without any automaton. */
function ends(
  node: RegexpNode,
  codes: readonly number[],
  from: number,
  caseless: boolean,
): Set<number> {
  switch (node.kind) {
    case 'text': {
      const fold = (code: number | undefined) =>
        caseless && code !== undefined && code < 0x80
          ? String.fromCharCode(code).toLowerCase()
          : code;
      const same = node.codes.every((code, i) => fold(codes[from + i]) === fold(code));
      return new Set(same ? [from + node.codes.length] : []);
    }
    case 'set': {
      const code = codes[from];
      const found = code !== undefined && node.ranges.some(([a, b]) => a <= code && code <= b);
      return new Set(found ? [from + 1] : []);
    }
    case 'anything':
      return new Set(Array.from({ length: codes.length - from + 1 }, (_, i) => from + i));
    case 'nothing':
      return new Set();
    case 'concat': {
      let at = new Set([from]);
      for (const part of node.parts) {
        at = new Set([...at].flatMap((one) => [...ends(part, codes, one, caseless)]));
      }
      return at;
    }
    case 'union':
      return new Set(node.parts.flatMap((part) => [...ends(part, codes, from, caseless)]));
    case 'intersection': {
      const [first, ...others] = node.parts.map((part) => ends(part, codes, from, caseless));
      return new Set([...first!].filter((at) => others.every((other) => other.has(at))));
    }
    case 'complement': {
      const found = ends(node.part, codes, from, caseless);
      const all = Array.from({ length: codes.length - from + 1 }, (_, i) => from + i);
      return new Set(all.filter((at) => !found.has(at)));
    }
    case 'repeat': {
      if (node.most === null && isNothing(node.part, caseless)) return new Set();
      let at = new Set([from]);
      const found = new Set<number>(node.least === 0 ? [from] : []);
      const most = node.most ?? node.least + codes.length + 1;
      for (let time = 1; time <= most; time++) {
        at = new Set([...at].flatMap((one) => [...ends(node.part, codes, one, caseless)]));
        if (time >= node.least) for (const one of at) found.add(one);
      }
      return node.most !== null && node.most < node.least ? new Set() : found;
    }
  }
}

const TRIED = ['', ...'ab1é😀'].flatMap((one) => ['', ...'ab1A'].map((other) => one + other));

function isNothing(node: RegexpNode, caseless: boolean): boolean {
  switch (node.kind) {
    case 'nothing':
      return true;
    case 'concat':
      return node.parts.some((part) => isNothing(part, caseless));
    case 'union':
      return node.parts.every((part) => isNothing(part, caseless));
    case 'repeat': {
      const { least, most, part } = node;
      if (most !== null && most < least) return true;
      return (most === null || least > 0) && isNothing(part, caseless);
    }
    case 'intersection':
    case 'complement':
      // Only trying tells, and not for sure.
      fc.pre(
        TRIED.some((one) => {
          const codes = Array.from(one, (found) => found.codePointAt(0)!);
          return ends(node, codes, 0, caseless).has(codes.length);
        }),
      );
      return false;
    default:
      return false;
  }
}

const char = fc.constantFrom('a', 'b', 'A', 'é', '😀', '1');
const text = fc.array(char, { maxLength: 6 }).map((chars) => chars.join(''));
const { pattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: char },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '.',
        '[ab]',
        '[^a]',
        '[a-c1]',
        '@',
        '#',
        '""',
        '"ab"',
        '<0-11>',
        '<01-10>',
        '()',
        '\\a',
        '.*',
      ),
    },
    { weight: 2, arbitrary: tie('pattern').map((inner) => `(${inner})`) },
    { weight: 1, arbitrary: tie('atom').map((inner) => `~${inner}`) },
  ),
  pattern: fc
    .array(
      fc.tuple(
        tie('atom'),
        fc.constantFrom(
          '',
          '',
          '',
          '*',
          '+',
          '?',
          '{2}',
          '{1,2}',
          '{0}',
          '{2,1}',
          '{1,}',
          '|',
          '&',
        ),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((parts) => parts.flat().join('').replace(/[|&]$/, '')),
}));

function matches(source: string, of: string, flags = ALL_OPERATORS, caseInsensitive = false) {
  const automaton = compileRegexp({ pattern: source, flags, caseInsensitive });
  const bytes = encoder.encode(of);
  return accepts(automaton, 0, bytes, 0, bytes.length);
}

test('an automaton accepts the texts that the definition of its expression does, and an outline matches them', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.array(text, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      (source, texts, caseless) => {
        const node = parseRegexp(source, ALL_OPERATORS, caseless);
        const outlines = regexpOutlines(source, ALL_OPERATORS, caseless).map((one) =>
          encoder.encode(one),
        );
        for (const one of texts) {
          const codes = Array.from(one, (found) => found.codePointAt(0)!);
          const expected = ends(node, codes, 0, caseless).has(codes.length);
          expect(matches(source, one, ALL_OPERATORS, caseless), `${source} on ${one}`).toBe(
            expected,
          );
          if (!expected) continue;
          const bytes = encoder.encode(one);
          const outlined = outlines.some((outline) =>
            matchesWildcard(outline, 0, outline.length, bytes, 0, bytes.length, caseless),
          );
          expect(outlined, `outlines of ${source} on ${one}`).toBe(true);
        }
      },
    ),
    { numRuns: runs(4000) },
  );
});

const HOSTILE = [
  '(a|b)*a(a|b){20}',
  '(.*a){30}.{30}',
  '(a{100}){100}',
  '((a{1000}){1000}){1000}',
  `${'a*'.repeat(500)}`,
  `${'(a*)*'.repeat(150)}b`,
  '(a?){500}a{500}',
  '~(~(~(.*a.{8}).*b.{8}).*c.{8})',
  '.*a.{9}&.*b.{9}&.*c.{9}',
  '(x+x+)+y',
  `(${Array.from({ length: 90 }, (_, i) => `[a-z${i}]*k`).join('|')})*`,
  '[a-z]{1000}',
  '(.|a|b|c|d)*'.repeat(60),
  '<0-2147483647>{10}',
  '()*'.repeat(300),
  'a{2147483647}',
  '(){2147483647}',
];

test.each(HOSTILE)('%s is refused or compiled in bounded time', (source) => {
  const start = performance.now();
  let outcome = 'compiled';
  try {
    matches(source, 'a'.repeat(3000));
  } catch (error) {
    if (!(error instanceof TooComplex)) throw error;
    outcome = 'refused';
  }
  const took = performance.now() - start;
  expect(took, outcome).toBeLessThan(3000);
});
