import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { analyzerNamed } from '../../../src/mapping/analyzers/named.ts';
import { checkAnalysis } from '../../../src/mapping/explicit/check-analysis.ts';
import { IndexAnalysis } from '../../../src/mapping/explicit/index-analysis.ts';
import { CHAINS } from '../../golden/chain-cases.ts';
import { type ChainTokens, chainOwn, chainsAnalysis } from '../../golden/chains.ts';

type Row = readonly [chain: number, text: string, tokens: ChainTokens];
const golden = JSON.parse(
  readFileSync(new URL('../../golden/chains.json', import.meta.url), 'utf8'),
) as Row[];
const analysis = chainsAnalysis(CHAINS);

test.each(CHAINS.map((chain, n) => [JSON.stringify(chain), n] as const))(
  'a chain makes of texts what Elasticsearch makes of them: %s',
  (_, number) => {
    const rows = golden.filter(([chain]) => chain === number);
    expect(rows.length).toBeGreaterThan(0);
    const own = rows.map(([, text]) => [text, chainOwn(analysis, `x${number}`, text)]);
    expect(own).toEqual(rows.map(([, text, tokens]) => [text, tokens]));
  },
);

const custom = (settings: Record<string, unknown>) => new IndexAnalysis({ analysis: settings });

test('chains that do the same have the same text, and those that are built in their name', () => {
  const { own } = custom({
    analyzer: {
      a: { tokenizer: 'whitespace', filter: ['mine', 'trim'] },
      b: { type: 'custom', tokenizer: 'cut', filter: 'yours,trim', char_filter: [] },
      usual: { tokenizer: 'standard', filter: ['lowercase'] },
      stopping: { tokenizer: 'standard', filter: ['lowercase', 'stop'] },
      words: { type: 'pattern' },
    },
    tokenizer: { cut: { type: 'whitespace', max_token_length: '255' } },
    filter: {
      mine: { type: 'ngram', min_gram: 1, max_gram: 2 },
      yours: { type: 'ngram', max_gram: '2', unknown: 'x' },
    },
  });
  expect(own['a']).toBe(own['b']);
  expect(own['a']).toBe(
    'custom{"char_filter":[],"tokenizer":{"type":"whitespace"},"filter":[{"type":"ngram"},{"type":"trim"}]}',
  );
  expect(own['usual']).toBe('standard');
  expect(own['stopping']).toMatch(/^standard\{"stopwords":/);
  expect(own['words']).toBe('pattern');
  expect(analyzerNamed(own['a']!)?.analyze('ab')).toHaveLength(3);
});

test('the analyzers pattern and fingerprint are chains', () => {
  const { own } = custom({
    analyzer: {
      cut: { type: 'pattern', pattern: '[,;]', stopwords: ['b'], lowercase: false },
      print: { type: 'fingerprint', separator: '-', stopwords: '_english_' },
    },
  });
  const words = (meaning: string, text: string) =>
    analyzerNamed(meaning)
      ?.analyze(text)
      .map((token) => token.text);
  expect(words(own['cut']!, 'A;b,C c')).toEqual(['A', 'C c']);
  expect(words(own['print']!, 'The Zoo à zoo')).toEqual(['zoo']);
  expect(words('pattern', 'Foo-bar')).toEqual(['foo', 'bar']);
  expect(words('fingerprint', 'b a B')).toEqual(['a b']);
});

test.each([
  [
    { analyzer: { a: { tokenizer: 'nope' } } },
    'Custom Analyzer [a] failed to find tokenizer under name [nope]',
  ],
  [{ analyzer: { a: { type: 'custom' } } }, 'analyzer [a] must be configured with a tokenizer'],
  [
    { analyzer: { a: { tokenizer: 'standard', filter: ['nope'] } } },
    'Custom Analyzer [a] failed to find filter under name [nope]',
  ],
  [{ analyzer: { a: { type: 'nope' } } }, 'Unknown analyzer type [nope] for [a]'],
  [{ filter: { f: { type: 'nope' } } }, 'Unknown filter type [nope] for [f]'],
  [
    { filter: { f: { x: 'nope' } } },
    'filter [f] must specify either an analyzer type, or a tokenizer',
  ],
  [{ tokenizer: { t: { type: 'nope' } } }, 'Unknown tokenizer type [nope] for [t]'],
  [{ char_filter: { c: { type: 'mapping' } } }, 'mapping requires either `mappings`'],
  [{ filter: { f: { type: 'pattern_replace' } } }, 'pattern is missing'],
  [{ filter: { f: { type: 'pattern_replace', pattern: '(' } } }, 'Unclosed group'],
  [{ filter: { f: { type: 'ngram', min_gram: 1, max_gram: 5 } } }, 'index.max_ngram_diff'],
  [
    { tokenizer: { t: { type: 'ngram', min_gram: 3, max_gram: 2 } } },
    'minGram must not be greater',
  ],
  [
    { tokenizer: { t: { type: 'uax_url_email', max_token_length: 0 } } },
    'maxTokenLength must be greater than zero',
  ],
  [{ filter: { f: { type: 'shingle', max_shingle_size: 9 } } }, 'index.max_shingle_diff'],
  [
    { filter: { f: { type: 'length', min: 'x' } } },
    'Failed to parse int setting [min] with value [x]',
  ],
  [
    { normalizer: { n: { filter: ['ngram'] } } },
    'Custom normalizer [n] may not use filter [ngram]',
  ],
  [
    { normalizer: { n: { tokenizer: 'standard' } } },
    'Custom normalizer [n] cannot configure a tokenizer',
  ],
])('settings are refused as in Elasticsearch: %j', (analysis, reason) => {
  expect(() => checkAnalysis({ analysis })).toThrow(reason);
});

test('what Elasticsearch has and is not had here is taken, and means nothing', () => {
  const analysis = {
    analyzer: {
      thai: { tokenizer: 'thai' },
      back: { tokenizer: 'standard', filter: ['back'] },
      file: { tokenizer: 'standard', filter: ['file'] },
    },
    filter: {
      back: { type: 'pattern_replace', pattern: '(a)\\1' },
      file: { type: 'stop', stopwords_path: 'words.txt' },
    },
  };
  checkAnalysis({ analysis });
  expect(Object.values(custom(analysis).own)).toEqual([null, null, null]);
});

test('a text that becomes too many tokens is refused, not cut', () => {
  const { own } = custom({
    analyzer: { a: { tokenizer: 'keyword', filter: ['grams'] } },
    filter: { grams: { type: 'ngram', min_gram: 1, max_gram: 1000 } },
  });
  expect(() => analyzerNamed(own['a']!)?.analyze('x'.repeat(5000))).toThrow(
    'more than 1000000 tokens',
  );
});

test('a pattern takes no longer than its text allows', () => {
  const { own } = custom({
    analyzer: { a: { tokenizer: 'keyword', filter: ['slow'] } },
    filter: {
      slow: { type: 'pattern_replace', pattern: '(?:a|aa)*?b|x(?:.*z){40}|y', replacement: '-' },
    },
  });
  const analyzer = analyzerNamed(own['a']!)!;
  expect(analyzer.analyze('a'.repeat(200)).map(({ text }) => text.length)).toEqual([200]);
  expect(() => analyzer.analyze('x'.repeat(4000))).not.toThrow();
  expect(() => analyzer.analyze('xy'.repeat(30_000))).toThrow('takes too long');
});

test('html_strip takes no longer than its text allows', () => {
  const { own } = custom({ analyzer: { a: { tokenizer: 'keyword', char_filter: 'html_strip' } } });
  const analyzer = analyzerNamed(own['a']!)!;
  expect(analyzer.analyze('<a onload="'.repeat(1000))).toHaveLength(1);
  expect(analyzer.analyze('<?<!<a &#'.repeat(50_000))).toHaveLength(1);
  expect(() => analyzer.analyze('<a <!--# -->'.repeat(5_000))).toThrow('takes too long');
});

test('values and queries go through a custom normalizer, other than by its tokens', () => {
  const analysis = custom({
    normalizer: {
      n: { type: 'custom', char_filter: ['dash'], filter: ['uppercase', 'asciifolding'] },
    },
    char_filter: { dash: { type: 'mapping', mappings: ['- => _'] } },
  });
  const meaning = analysis.meaningOfNormalizer('n')!;
  expect(analyzerNamed(meaning)?.normalize('é-b c')).toBe('E_B C');
  expect(
    analyzerNamed(meaning)
      ?.analyze('é-b c')
      .map(({ text }) => text),
  ).toEqual(['E_B C']);
  expect(custom({ normalizer: { n: { filter: ['lowercase'] } } }).meaningOfNormalizer('n')).toBe(
    'lowercase',
  );
  expect(custom({ normalizer: { n: { filter: [] } } }).meaningOfNormalizer('n')).toBeNull();
});
