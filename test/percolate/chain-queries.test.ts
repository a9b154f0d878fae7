import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { fixedMappings } from './case-mappings.ts';
import { embeddedEngine } from './engines.ts';

interface Round {
  readonly settings: Record<string, unknown>;
  readonly mapping: Record<string, unknown>;
  readonly documents: readonly string[];
  /** Query, and the documents that it finds, or why Elasticsearch refuses it. */
  readonly expected: readonly (readonly [Record<string, unknown>, number[] | string])[];
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/chain-queries.json', import.meta.url), 'utf8'),
) as Round[];

type Queries = readonly Record<string, unknown>[];

async function found(
  { settings, mapping }: Pick<Round, 'settings' | 'mapping'>,
  documents: readonly string[],
  queries: Queries,
): Promise<number[][]> {
  const mappings = fixedMappings(new Map([['docs', mapping]]), new Map(), settings);
  const engine = embeddedEngine({ workers: 1 }, mappings);
  onTestFinished(() => engine.close());
  await engine.register(
    queries.map((query, ordinal) => ({
      id: String(ordinal),
      ordinal,
      index: 'docs',
      query: canonicalise(parseQuery(query)).query,
    })),
  );
  await engine.percolate(batchOf(documents, 'docs'));
  const { pairs } = await engine.percolate(batchOf(documents, 'docs'));
  const bySlot = ordinalsBySlot(pairs, documents.length);
  return queries.map((_, ordinal) =>
    documents.flatMap((_, slot) => (bySlot[slot]!.includes(ordinal) ? [slot] : [])),
  );
}

test.each(golden.map((round, number) => [number, round] as const))(
  'queries on custom analyzers find what they find in Elasticsearch, round %i',
  async (_, round) => {
    const asked = round.expected.filter(([, ids]) => typeof ids !== 'string');
    const own = await found(
      round,
      round.documents,
      asked.map(([query]) => query),
    );
    expect(asked.map(([query], at) => [query, own[at]])).toEqual(asked.map((each) => [...each]));
  },
);

/** A field `f` whose values and queries go through such a chain. */
const withChain = (filter: Record<string, unknown>) => ({
  settings: {
    analysis: {
      analyzer: { a: { tokenizer: 'whitespace', filter: ['f', 'lowercase'] } },
      filter: { f: filter },
    },
  },
  mapping: { properties: { f: { type: 'text', analyzer: 'a' } } },
});
const phrase = (query: string, slop = 0) => ({ match_phrase: { f: { query, slop } } });
const match = (query: string, more: object = {}) => ({ match: { f: { query, ...more } } });

test('of tokens at one position one is enough, in a phrase at its place', async () => {
  const index = withChain({ type: 'ngram', min_gram: 2, max_gram: 2 });
  const documents = [
    '{"f":"abc xyz"}',
    '{"f":"xyz abc"}',
    '{"f":"ab q yz"}',
    '{"f":["abc","xyz"]}',
  ];
  expect(
    await found(index, documents, [
      phrase('bc xy'),
      phrase('bcd yza'),
      phrase('bcd yza', 2),
      match('bcd yza', { operator: 'and' }),
      match('bcd', { operator: 'and' }),
      match('bcd yza ppp', { minimum_should_match: 2 }),
    ]),
  ).toEqual([[0], [0], [0, 1], [0, 1, 3], [0, 1, 3], [0, 1, 3]]);
});

test('each position of a phrase has to be where it belongs', async () => {
  const index = withChain({ type: 'ngram', min_gram: 2, max_gram: 2 });
  const documents = ['{"f":"abc xyz q pq"}', '{"f":"abc xyz pq"}'];
  expect(await found(index, documents, [phrase('bcd yza pqr')])).toEqual([[1]]);
});

test('what takes up several positions is one way among others through a query', async () => {
  const index = withChain({ type: 'word_delimiter_graph', catenate_all: true });
  const documents = ['{"f":"wi fi net"}', '{"f":"wifi net"}', '{"f":"wi net fi"}', '{"f":"wi-fi"}'];
  expect(
    await found(index, documents, [
      phrase('wi-fi net'),
      match('wi-fi'),
      match('wi-fi net', { operator: 'and' }),
      phrase('wi-fi net', 2),
    ]),
  ).toEqual([
    [0, 1],
    [0, 1, 3],
    [0, 1],
    [0, 1, 2],
  ]);
});

test('words that a phrase has twice take two places, what is only begun among them', async () => {
  const index = withChain({ type: 'asciifolding', preserve_original: true });
  const documents = ['{"f":"café bar"}', '{"f":"cafe cafe"}', '{"f":"café"}'];
  const begun = (query: string, slop: number) => ({ match_phrase_prefix: { f: { query, slop } } });
  expect(
    await found(index, documents, [
      phrase('café cafe', 1),
      phrase('café', 2),
      begun('cafe ca', 1),
      begun('cafe ba', 1),
    ]),
  ).toEqual([[1], [0, 1, 2], [1], [0]]);
});

test('all tokens that the end of a phrase may begin with are of one place', async () => {
  const index = withChain({ type: 'asciifolding', preserve_original: true });
  const documents = ['café', 'cafe cafe', 'bar cafe', 'bar cafés', 'bar eu é'];
  const begun = (query: string, slop: number, most = 50) => ({
    match_phrase_prefix: { f: { query, slop, max_expansions: most } },
  });
  expect(
    await found(
      index,
      documents.map((f) => JSON.stringify({ f })),
      [begun('cafe café', 1), begun('bar café', 0), begun('bar é', 1, 1), begun('bar é', 1, 2)],
    ),
  ).toEqual([[1], [2, 3], [4], [4]]);
});

test('two words that a phrase has twice count as one where they begin at one place', async () => {
  const { settings } = withChain({ type: 'asciifolding', preserve_original: true });
  const f = { type: 'text', analyzer: 'a', search_analyzer: 'whitespace' };
  const documents = ['café café', 'café café café', 'café café café café', 'cafe café cafe café'];
  expect(
    await found(
      { settings, mapping: { properties: { f } } },
      documents.map((text) => JSON.stringify({ f: text })),
      [phrase('café cafe café cafe', 3), phrase('café cafe café', 3), phrase('cafe café', 0)],
    ),
  ).toEqual([
    [2, 3],
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ]);
});

test('a value that becomes too much, or tokens that go back, contradict their field', async () => {
  const index = {
    settings: {
      analysis: {
        analyzer: {
          a: { tokenizer: 'keyword', filter: ['many'] },
          b: { tokenizer: 'whitespace', filter: ['all', 'cut'] },
        },
        filter: {
          many: { type: 'ngram', min_gram: 1, max_gram: 5000 },
          all: { type: 'shingle', max_shingle_size: 3 },
          cut: { type: 'word_delimiter' },
        },
      },
    },
    mapping: {
      properties: { a: { type: 'text', analyzer: 'a' }, b: { type: 'text', analyzer: 'b' } },
    },
  };
  const documents = [
    `{"a":"${'x'.repeat(5000)}","c":1}`,
    '{"b":"x y z","c":1}',
    '{"a":"x","b":"x"}',
  ];
  const term = (field: string) => ({ term: { [field]: { value: 'x' } } });
  expect(
    await found(index, documents, [term('a'), term('b'), { term: { c: { value: 1 } } }]),
  ).toEqual([[2], [2], [0, 1]]);
});
