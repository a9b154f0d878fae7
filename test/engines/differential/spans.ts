import fc from 'fast-check';
import type { Question } from './query-strings.ts';

type Dsl = Record<string, unknown>;

/** So few words that they come again, and next to each other; stop words among them. */
const WORDS = ['a', 'b', 'c', 'ab', 'the', 'abc', 'Abc'];
const word = fc.constantFrom(...WORDS);
const several = (least: number, most: number) =>
  fc.array(word, { minLength: least, maxLength: most }).map((words) => words.join(' '));

/** Fields that differ in their analyzers and gaps. */
export const MAPPING = {
  properties: {
    t: { type: 'text' },
    s: { type: 'text', analyzer: 'stop', position_increment_gap: 2 },
    w: { type: 'text', analyzer: 'whitespace', position_increment_gap: 0 },
    g: { type: 'text', analyzer: 'pairs' },
    k: { type: 'keyword' },
    n: { type: 'long' },
    al: { type: 'alias', path: 't' },
  },
};

/** Several tokens at a place. */
export const ANALYSIS = {
  analyzer: {
    pairs: { type: 'custom', tokenizer: 'standard', filter: ['lowercase', 'pairs'] },
  },
  filter: { pairs: { type: 'shingle', token_separator: '' } },
};

const TEXTS = ['t', 's', 'w', 'g', 'al'] as const;

const texts = fc.oneof(
  { weight: 5, arbitrary: several(1, 16) },
  { weight: 1, arbitrary: fc.array(several(1, 6), { minLength: 1, maxLength: 3 }) },
);
/** Documents of few words, of which some come often; lists of texts have a gap between them. */
export const document = fc
  .record(
    { t: texts, s: texts, w: texts, g: texts, k: word, n: fc.nat(3) },
    { requiredKeys: ['t'] },
  )
  .map((source) => JSON.stringify(source));

const slop = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 2, arbitrary: fc.integer({ min: -4, max: -1 }) },
  { weight: 1, arbitrary: fc.constantFrom(9, 99, 110, 1000) },
);

/** What is put into a pattern's clause so that only some of its terms count. */
const TOP = fc.constantFrom<Dsl>(
  { rewrite: 'top_terms_1' },
  { rewrite: 'top_terms_2' },
  { rewrite: 'top_terms_boost_1' },
);

/**
 * A pattern. @param top whether only some terms may count, which depends on all the documents of an index
 */
function multiOn(field: string, top: boolean): fc.Arbitrary<Dsl> {
  const more = top ? TOP : fc.constant<Dsl>({});
  const on = (kind: string, value: fc.Arbitrary<string>, further: fc.Arbitrary<Dsl> = more) =>
    fc.tuple(value, further).map(([given, added]): Dsl => {
      return { span_multi: { match: { [kind]: { [field]: { value: given, ...added } } } } };
    });
  const near = top
    ? fc.oneof(TOP, fc.constantFrom<Dsl>({ max_expansions: 1 }, { max_expansions: 2 }))
    : fc.constant<Dsl>({ max_expansions: 1024 });
  const bounds = fc.tuple(word, word).map(([gte, lt]): Dsl => {
    return { span_multi: { match: { range: { [field]: { gte, lt } } } } };
  });
  return fc.oneof(
    on('prefix', fc.constantFrom('a', 'ab', 'A', 't', '')),
    on('wildcard', fc.constantFrom('a*', '*b*', '?', '*', 'ab?', 'A*')),
    on('regexp', fc.constantFrom('ab?c?', '.', '[bc]|the', '.{2,3}')),
    on(
      'fuzzy',
      fc.constantFrom('abd', 'ba', 'bac', 'te', 'abcd'),
      fc
        .tuple(near, fc.constantFrom<Dsl>({}, { fuzziness: 1 }, { fuzziness: 2 }))
        .map(([one, other]) => ({ ...one, ...other })),
    ),
    ...(top ? [] : [bounds]),
  );
}

function spanOn(field: string, top: boolean, depth: number): fc.Arbitrary<Dsl> {
  const term = word.map((value): Dsl => ({ span_term: { [field]: value } }));
  const leaf = fc.oneof(
    { weight: top ? 2 : 6, arbitrary: term },
    { weight: 1, arbitrary: multiOn(field, top) },
  );
  if (depth === 0) return leaf;
  const inner = fc.oneof({ weight: 2, arbitrary: leaf }, spanOn(field, top, depth - 1));
  const clauses = fc.array(inner, { minLength: 1, maxLength: 4 });
  const gap = fc.integer({ min: -1, max: 3 }).map((width): Dsl => {
    return { span_gap: { [field]: width } };
  });
  const near = fc
    .tuple(clauses, slop, fc.boolean(), fc.option(fc.tuple(gap, fc.nat(4)), { freq: 3 }))
    .map(([given, most, in_order, added]): Dsl => {
      const all = [...given];
      if (in_order && added !== null) all.splice(added[1], 0, added[0]);
      return { span_near: { clauses: all, slop: most, in_order } };
    });
  const small = fc.integer({ min: -1, max: 4 });
  return fc.oneof(
    { weight: 5, arbitrary: near },
    clauses.map((all): Dsl => ({ span_or: { clauses: all } })),
    fc
      .tuple(inner, inner, small, small)
      .map(([include, exclude, pre, post]): Dsl => ({ span_not: { include, exclude, pre, post } })),
    fc.tuple(inner, inner, small).map(([include, exclude, dist]): Dsl => {
      return { span_not: { include, exclude, dist } };
    }),
    fc.tuple(inner, fc.nat(9)).map(([match, end]): Dsl => ({ span_first: { match, end } })),
    fc
      .tuple(inner, inner, fc.constantFrom('span_containing', 'span_within'))
      .map(([big, little, kind]): Dsl => ({ [kind]: { big, little } })),
  );
}

/** Several fields as if they were one that every document has. */
function maskedSpan(top: boolean): fc.Arbitrary<Dsl> {
  const inner = fc.constantFrom(...TEXTS).chain((field) => spanOn(field, top, 1));
  return fc.constantFrom('t', 'w', 'g').chain((field) => {
    const masked = inner.map((query): Dsl => ({ field_masking_span: { query, field } }));
    // In an index of many documents one of them has each field.
    const asked = fc.oneof(masked, spanOn(field, top, 1));
    return fc
      .tuple(fc.array(asked, { minLength: 2, maxLength: 3 }), slop, fc.boolean())
      .map(([clauses, most, in_order]): Dsl => {
        const near = { span_near: { clauses, slop: most, in_order } };
        return { bool: { filter: [near, { exists: { field } }] } };
      });
  });
}

function kindOf(query: Dsl): string {
  const [name] = Object.keys(query);
  return `spans: ${name}`;
}

/** @param top whether patterns may count only some of their terms: then each document needs an index of its own */
export function spansQuestion(top: boolean): fc.Arbitrary<Question> {
  const plain = fc
    .constantFrom(...TEXTS, ...TEXTS, 'k', 'nope')
    .chain((field) => spanOn(field, top, 2));
  const one = fc.oneof(
    { weight: 8, arbitrary: plain.map((query) => ({ kind: kindOf(query), query })) },
    { weight: 1, arbitrary: maskedSpan(top).map((query) => ({ kind: 'spans: masked', query })) },
  );
  const excluded = one.map(({ query }) => ({
    kind: 'spans: excluded',
    query: { bool: { must_not: [query] } },
  }));
  return fc.oneof({ weight: 8, arbitrary: one }, { weight: 1, arbitrary: excluded });
}
