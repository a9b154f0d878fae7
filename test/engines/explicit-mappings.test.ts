import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyzerNamed } from '../../src/mapping/analyzers/named.ts';
import { analyzeStandard } from '../../src/mapping/standard-analyzer.ts';
import { Compared } from './differential/compare.ts';
import { documentOf, fields } from './differential/documents.ts';
import { explicitMapping } from './differential/explicit.ts';
import { queryAnalyzersOf } from './differential/query-analyzers.ts';
import { queryDslOf } from './differential/query-dsl.ts';
import { type Question, queryTextOf } from './differential/query-strings.ts';

const DOCUMENTS = 40;
const QUESTIONS = 120;

const exactly = (count: number) => ({ minLength: count, maxLength: count });
const round = fields.chain((all) =>
  explicitMapping(all).chain(({ mapping, fields: asked }) =>
    fc.record({
      mapping: fc.constant(mapping),
      documents: fc.array(documentOf(all), exactly(DOCUMENTS)),
      questions: fc.array(
        fc.oneof(
          queryTextOf(asked).map(({ kind, text }): Question => ({ kind, query: text })),
          queryDslOf(asked),
          queryAnalyzersOf(asked, OWN),
        ),
        exactly(QUESTIONS),
      ),
    }),
  ),
);

/** Analyzers that queries may name; one has the name of a built-in one. */
const analysis = {
  analyzer: {
    folded: { type: 'custom', tokenizer: 'standard', filter: ['lowercase'] },
    stopped: { type: 'stop', stopwords: ['full', 'foo', '_none_'] },
    short: { type: 'standard', max_token_length: 4 },
    keyword: { type: 'whitespace' },
  },
};
const OWN = ['folded', 'stopped', 'short', 'unknown'];
const compared = new Compared({ analysis });

/**
 * Whether some analyzer of the mapping, or one of the index that the query names, finds nothing in a word of the query
 * where another one finds it.
 */
function hasLostWords(query: string, mapping: string): boolean {
  if (!/"(query|simple_query)_string"/.test(query) && !query.startsWith('"')) return false;
  const analyzers = [...mapping.matchAll(/analyzer":"(\w+)"/g)].map(([, name]) => name!);
  const words = analyzeStandard(query);
  if (query.includes('analyzer":"stopped"') && words.some(({ text }) => isStopped(text)))
    return true;
  return analyzers.some((name) =>
    words.some(({ text }) => analyzerNamed(name)!.analyze(text).length === 0),
  );
}

/** Whether the index's analyzer of that name finds nothing in it. */
function isStopped(text: string): boolean {
  const { stopwords } = analysis.analyzer.stopped;
  return analyzerNamed('simple')!
    .analyze(text)
    .every((token) => stopwords.includes(token.text));
}

/**
 * Ids are left out, for documents that Elasticsearch refuses leave holes in them; and what differs on
 * purpose, see docs/elasticsearch-differences.md: bounds beyond small integers, and words of query strings that
 * are none for an analyzer, and beginnings that the simple syntax analyses, over an alias.
 */
function isComparable({ query }: Question, mapping: object): boolean {
  const text = JSON.stringify(query);
  if (/_id\b|"ids"/.test(text)) return false;
  if (/simple_query_string.*analyze_wildcard.*nowhere/.test(text)) return false;
  if (hasLostWords(text, JSON.stringify(mapping))) return false;
  return !(/\d{10}/.test(text) && /"(integer|short|byte)"/.test(JSON.stringify(mapping)));
}

test('with explicit mappings generated queries find the same documents as in Elasticsearch', async () => {
  const disputes = await compared.disputes({
    name: 'explicit',
    pairs: 200_000,
    round: () => round,
    isComparable,
  });
  expect(disputes, 'queries on which the engines disagree').toBe(0);
});
