import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysisOf, chainDocument, chainQuestion, mappingOf } from './differential/chains.ts';
import { Compared, SEED } from './differential/compare.ts';

const DOCUMENTS = 30;
const QUESTIONS = 120;
const ANALYZERS = 80;

const exactly = (count: number) => ({ minLength: count, maxLength: count });
const drawn = { seed: SEED, numRuns: 1 };
const analysis = fc.sample(fc.noBias(analysisOf(ANALYZERS)), drawn)[0]!;
const settings = { analysis, max_ngram_diff: 10, max_shingle_diff: 10 };
const compared = new Compared(settings);

const round = fc.record({
  mapping: mappingOf(ANALYZERS),
  documents: fc.array(chainDocument, exactly(DOCUMENTS)),
  questions: fc.array(chainQuestion, exactly(QUESTIONS)),
});

test('generated queries on fields with custom analyzers find the same documents as in Elasticsearch', async () => {
  const disputes = await compared.disputes({
    name: 'chains',
    round: () => round,
    shown: (dispute, { query }, mapping) => {
      return { ...dispute, mapping: undefined, analysis: used(query, mapping) };
    },
  });
  expect(disputes, 'queries on which the engines disagree').toBe(0);
});

/** The chains of the fields that a query asks. */
function used(query: unknown, { properties }: Record<string, unknown>): unknown[] {
  const text = JSON.stringify(query);
  return Object.entries(properties as Record<string, Record<string, string>>)
    .filter(([field]) => text.includes(`"${field}"`))
    .map(([field, { type: _, ...own }]) => [
      field,
      ...Object.values(own).map((name) => whole(analysis['analyzer']![name])),
    ]);
}

function whole(own: unknown): unknown {
  if (typeof own !== 'object' || own === null) return own;
  const part = (section: string) => (name: unknown) => analysis[section]![String(name)] ?? name;
  const { tokenizer, filter, char_filter } = own as Record<string, unknown>;
  const all = (names: unknown, section: string) => (names as unknown[]).map(part(section));
  return [all(char_filter, 'char_filter'), part('tokenizer')(tokenizer), all(filter, 'filter')];
}
