import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileQuery } from '../../src/percolate/embedded/compile/compile.ts';
import { TEXT } from '../../src/percolate/embedded/compile/term-class.ts';
import { SegmentBuilder } from '../../src/percolate/embedded/segments/segment-builder.ts';
import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import type { Span, SpanGap } from '../../src/query/spans/span.ts';
import { NaiveMapping, naiveMatch } from '../oracle/naive.ts';
import { LocalEngine } from './local-engine.ts';

const RUNS = Number(process.env['ESTROM_ORACLE_RUNS'] ?? 60);

const word = fc.constantFrom('a', 'b', 'c', 'ab', 'abc', 'x');
const text = fc.array(word, { maxLength: 14 }).map((words) => words.join(' '));
const several = fc.oneof({ weight: 4, arbitrary: text }, fc.array(text, { maxLength: 3 }));
const document = fc.record(
  { t: several, u: several, n: fc.integer(), b: fc.boolean() },
  { requiredKeys: [] },
);

const slop = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 2, arbitrary: fc.integer({ min: -3, max: -1 }) },
  { weight: 1, arbitrary: fc.constantFrom(99, 110, 1000) },
);
const gap: fc.Arbitrary<SpanGap> = fc.nat(3).map((width) => ({ op: 'gap', width }));

/** In one field, of some depth. */
function spanIn(field: string, depth: number): fc.Arbitrary<Span> {
  const token = word.map((value): Span => ({ op: 'term', field, value }));
  const multi = fc
    .record({
      leaf: fc.oneof(
        fc.constantFrom('a*', '*b*', '?', '*', 'ab?').map((pattern) => ({
          kind: 'wildcard' as const,
          field,
          pattern,
          normalize: false,
        })),
        fc.tuple(word, word).map(([lower, upper]) => ({
          kind: 'range' as const,
          field,
          ...{ lower, upper, includeLower: true, includeUpper: false, normalize: false },
        })),
      ),
      most: fc.option(fc.constantFrom(1, 2), { nil: undefined, freq: 2 }),
    })
    .map(({ leaf, most }): Span => {
      return { op: 'multi', leaf, ...(most !== undefined && { most }) };
    });
  const leaf = fc.oneof({ weight: 6, arbitrary: token }, { weight: 1, arbitrary: multi });
  if (depth === 0) return leaf;
  const inner = fc.oneof({ weight: 2, arbitrary: leaf }, spanIn(field, depth - 1));
  const clauses = fc.array(inner, { minLength: 2, maxLength: 3 });
  const near = fc
    .tuple(clauses, slop, fc.boolean(), fc.option(fc.tuple(gap, fc.nat(3)), { freq: 3 }))
    .map(([given, most, inOrder, added]): Span => {
      const all: (Span | SpanGap)[] = [...given];
      if (inOrder && added !== null) all.splice(added[1], 0, added[0]);
      return { op: 'near', clauses: all, slop: most, inOrder };
    });
  return fc.oneof(
    { weight: 4, arbitrary: near },
    clauses.map((all): Span => ({ op: 'or', clauses: all })),
    fc
      .tuple(inner, inner, fc.nat(3), fc.nat(3))
      .map(([include, exclude, pre, post]): Span => ({ op: 'not', include, exclude, pre, post })),
    fc.tuple(inner, fc.nat(8)).map(([match, end]): Span => ({ op: 'first', match, end })),
    fc
      .tuple(inner, inner, fc.constantFrom('containing' as const, 'within' as const))
      .map(([big, little, op]): Span => ({ op, big, little })),
  );
}

const inOne = fc.constantFrom('t', 'u').chain((field) => spanIn(field, 2));
/** Both fields as if they were one. */
const masked = fc.constantFrom('t', 'u', 'n', 'b', 'nope').chain((field) =>
  fc
    .array(
      inOne.map((query): Span => ({ op: 'mask', query, field })),
      { minLength: 2, maxLength: 3 },
    )
    .chain((clauses) =>
      fc
        .tuple(slop, fc.boolean())
        .map(([most, inOrder]): Span => ({ op: 'near', clauses, slop: most, inOrder })),
    ),
);
const spans = fc.oneof({ weight: 8, arbitrary: inOne }, masked).map((span): Ir => {
  return { kind: 'spans', span };
});
const not = (clause: Ir): Ir => ({ kind: 'not', clause });
const match: fc.Arbitrary<Ir> = word.map((value) => ({ kind: 'term', field: 't', value }));
const KINDS: Readonly<Record<string, fc.Arbitrary<Ir>>> = {
  'one clause': spans,
  'negated ones': spans.map(not),
  'some beside others': fc
    .tuple(
      fc.array(fc.oneof(spans, spans.map(not), match, match.map(not)), {
        minLength: 2,
        maxLength: 3,
      }),
      fc.nat(2),
    )
    .map(
      ([clauses, kind]): Ir =>
        kind === 0 ? { kind: 'and', clauses } : { kind: 'or', clauses, atLeast: kind },
    ),
};

describe.for(Object.entries(KINDS))('spans: %s', ([, query]) => {
  test('match what looking at every query and every stretch matches', () => {
    fc.assert(
      fc.property(
        fc.array(query, { minLength: 1, maxLength: 30 }),
        fc.array(document, { minLength: 1, maxLength: 10 }),
        (queries, documents) => {
          const engine = new LocalEngine();
          engine.register(queries);
          const mapping = new NaiveMapping();
          const expected = documents.map((source) => {
            const values = mapping.read(source);
            return queries.flatMap((one, ordinal) =>
              naiveMatch(one, mapping.types, values) ? [ordinal] : [],
            );
          });
          const found = engine.percolate(documents.map((source) => JSON.stringify(source)));
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

const term = (value: string, more = {}) => ({ span_term: { t: { value, ...more } } });
const near = (...clauses: object[]) => ({ span_near: { clauses } });

test('a document in which a query would have to look at too many places stops it', () => {
  const engine = new LocalEngine({
    arenaBytes: 4 * 1024 * 1024,
    limits: { maxIndices: 100, maxFields: 1000, maxDepth: 100, queryBudget: 1 },
  });
  engine.register([
    parseQuery(near({ span_gap: { t: 0 } }, term('b'))),
    parseQuery(near(term('a'), term('b'))),
  ]);
  // Each value begins a hundred places further on.
  const t = [...Array.from({ length: 60_000 }, () => 'a'), 'a b'];
  const { pairs, overruns } = engine.answer([JSON.stringify({ t })]);
  expect([...pairs]).toEqual([0, 1]);
  expect(overruns).toEqual([{ ordinal: 0, slot: 0 }]);
});

test('a query of spans stands under the rarest term that each match has, never under all documents', () => {
  const builder = new SegmentBuilder();
  const add = (query: object) => builder.add(builder.size, compileQuery(parseQuery(query), '*'));
  for (let n = 0; n < 100; n++) {
    const rare = term(`rare${n}`);
    const [either, both] = [
      { span_or: { clauses: [rare, term('also')] } },
      near(term('common'), rare),
    ];
    add(both);
    add({ span_not: { include: both, exclude: term('other') } });
    add({ span_first: { match: either, end: 5 } });
    add({ span_containing: { big: both, little: term('common') } });
    add({ span_within: { big: near(either, term('common')), little: rare } });
    add(
      near({ span_gap: { t: 2 } }, term('usual'), {
        span_multi: { match: { prefix: { t: `pre${n}` } } },
      }),
    );
  }
  builder.layOut();
  expect(builder.always.length).toBe(0);
  expect(builder.weak).toBe(0);
  const { postingStarts } = builder;
  const queriesAt = (text: string) => {
    const found = builder.term('t', TEXT, text);
    return (postingStarts[found + 1]! - postingStarts[found]!) / 2;
  };
  expect(queriesAt('common')).toBe(0);
  expect(queriesAt('other')).toBe(0);
  expect(queriesAt('also')).toBe(100);
  expect(queriesAt('usual')).toBe(100);
  expect(queriesAt('rare7')).toBe(5);
});
