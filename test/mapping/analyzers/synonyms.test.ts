import { expect, test } from 'vitest';
import { analyzerNamed } from '../../../src/mapping/analyzers/named.ts';
import { checkAnalysis } from '../../../src/mapping/explicit/check-analysis.ts';
import { IndexAnalysis } from '../../../src/mapping/explicit/index-analysis.ts';

type Part = Readonly<Record<string, unknown>>;

const analysisWith = (synonyms: Part, before: readonly string[] = [], more: Part = {}): Part => ({
  analyzer: { a: { tokenizer: 'standard', filter: [...before, 'own'] } },
  filter: { own: { type: 'synonym', ...synonyms }, ...more },
});

function analyze(analysis: Part, text: string): unknown[] | undefined {
  const meaning = new IndexAnalysis({ analysis }).meaningOf('a');
  const tokens = meaning === undefined ? undefined : analyzerNamed(meaning)?.analyze(text);
  return tokens?.map(({ text: word, position, length = 1 }) => [word, position, length]);
}

const BAD = 'failed to build synonyms: Invalid synonym rule at line';

test.each([
  [{ synonyms: ['b, c', 'a => b => c'] }, [], `${BAD} 2: more than one explicit mapping`],
  [{ synonyms: ['b => '] }, [], `${BAD} 1: term:  was completely eliminated by analyzer`],
  [{ synonyms: ['b the c, d'] }, ['stop'], 'analyzed to a token (c) with position increment != 1'],
  [{}, [], 'synonym requires either `synonyms` or `synonyms_path` to be configured'],
  [{ synonyms: ['a, b'], lenient: 'x' }, [], 'only [true] or [false] are allowed'],
  [{ synonyms: ['s(1'], format: 'wordnet' }, [], 'begin 2, end 11, length 3'],
  [{ synonyms: ['a, b'] }, ['shingle'], 'Token filter [shingle] cannot be used to parse synonyms'],
  [{ synonyms: Array(10_001).fill('') }, [], 'a filter has 10001 synonym rules, more than 10000'],
  [{ synonyms: ['x'.repeat(262_144)] }, [], 'have 262145 bytes, more than 262144'],
  [{ synonyms: [[...Array(400).keys()].join()] }, [], 'make more than 100000 pairs of words'],
  [{ synonyms: [`${'a '.repeat(65)}=> b`] }, [], 'a synonym has 65 words, more than 64'],
])('rules are refused where an analyzer has them: %j', (synonyms, before, reason) => {
  expect(() => checkAnalysis({ analysis: analysisWith(synonyms, before) })).toThrow(reason);
});

test('rules that no analyzer has are not looked at', () => {
  expect(() => checkAnalysis({ analysis: { filter: { s: { type: 'synonym' } } } })).not.toThrow();
});

test('a filter of synonyms cannot be used by its name alone', () => {
  const analysis = { analyzer: { a: { tokenizer: 'standard', filter: ['synonym'] } } };
  expect(() => checkAnalysis({ analysis })).toThrow('failed to find filter under name [synonym]');
});

test('rules in files, and those that may be read anew, are taken and mean nothing', () => {
  for (const own of [{ synonyms_path: 'x.txt' }, { synonyms: ['a, b'], updateable: true }]) {
    checkAnalysis({ analysis: analysisWith(own) });
    expect(analyze(analysisWith(own), 'a')).toBeUndefined();
  }
});

test('the longest phrase becomes its synonyms, which are not read again', () => {
  const own = { synonyms: ['a => x', 'a b => y', 'b c d => z', 'y, w'] };
  const words = analyze(analysisWith(own), 'a b c d a y');
  expect(words).toEqual([
    ['y', 0, 1],
    ['c', 1, 1],
    ['d', 2, 1],
    ['x', 3, 1],
    ['y', 4, 1],
    ['w', 4, 1],
  ]);
});

test('synonyms in a graph are ways of their own, over others they share positions', () => {
  const synonyms = ['wifi, wi fi'];
  expect(analyze(analysisWith({ synonyms }), 'wifi on')).toEqual([
    ['wifi', 0, 1],
    ['wi', 0, 1],
    ['on', 1, 1],
    ['fi', 1, 1],
  ]);
  expect(analyze(analysisWith({ type: 'synonym_graph', synonyms }), 'wifi on')).toEqual([
    ['wi', 0, 1],
    ['wifi', 0, 2],
    ['fi', 1, 1],
    ['on', 2, 1],
  ]);
});

test('a graph is made flat by flatten_graph', () => {
  const filters = { type: 'synonym_graph', synonyms: ['wifi, wi fi net'] };
  const { filter } = analysisWith(filters);
  const analysis = {
    analyzer: { a: { tokenizer: 'standard', filter: ['own', 'flatten_graph'] } },
    filter,
  };
  expect(analyze(analysis, 'wifi on')).toEqual([
    ['wi', 0, 1],
    ['wifi', 0, 3],
    ['fi', 1, 1],
    ['net', 2, 1],
    ['on', 3, 1],
  ]);
});

test('a phrase of very many synonyms is made flat in no long time', () => {
  const synonyms = [`a => ${[...Array(20_000).keys()].map((n) => `${n} b`).join()}`];
  const { filter } = analysisWith({ type: 'synonym_graph', synonyms });
  const analysis = {
    analyzer: { a: { tokenizer: 'standard', filter: ['own', 'flatten_graph'] } },
    filter,
  };
  expect(analyze(analysis, 'a a a')).toHaveLength(120_000);
});

test('a long phrase that is begun again and again takes no long time', () => {
  const analysis = analysisWith({ synonyms: [`${'a '.repeat(63)}b => c`] });
  expect(analyze(analysis, 'a '.repeat(100_000))).toHaveLength(100_000);
});
