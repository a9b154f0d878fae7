import { expect, test } from 'vitest';
import { analyzerText } from '../../../src/mapping/analyzers/named.ts';
import { stopWordsOf } from '../../../src/mapping/analyzers/stop-words.ts';
import { IndexAnalysis } from '../../../src/mapping/explicit/index-analysis.ts';
import { analyzedOwn } from '../../golden/analyzers.ts';
import { LANGUAGE_ANALYZERS } from '../../golden/language-texts.ts';
import golden from '../../golden/languages.json' with { type: 'json' };
import { filteredOwn } from '../../golden/languages.ts';

type Text = [language: string, text: string, span: number, tokens: unknown[]];
type Stems = [stemmer: string, words: string[], stems: string[]];

const texts = golden.texts as unknown as Text[];
const stems = golden.stems as unknown as Stems[];

test.each(LANGUAGE_ANALYZERS)('the analyzer %s makes what Elasticsearch makes of texts', (name) => {
  const own = texts.filter(([language]) => language === name);
  expect(own.length).toBeGreaterThan(0);
  expect(own.map(([, text]) => [text, ...analyzedOwn(name, text)])).toEqual(
    own.map(([, text, span, tokens]) => [text, span, tokens]),
  );
});

test.each(stems)(
  'the stemmer %s finds the stems that Elasticsearch finds',
  (language, words, found) => {
    const own = filteredOwn({ type: 'stemmer', language }, words);
    expect(words.map((word, at) => [word, own[at]])).toEqual(
      words.map((word, at) => [word, found[at]]),
    );
  },
);

test('an analyzer of a language has one text, however its stop words are given', () => {
  expect(analyzerText({ type: 'french' })).toBe('french');
  expect(analyzerText({ type: 'french', stopwords: '_french_', stem_exclusion: '_none_' })).toBe(
    'french',
  );
  expect(analyzerText({ type: 'french', stopwords: [...stopWordsOf('french')].reverse() })).toBe(
    'french',
  );
  const own = analyzerText({ type: 'dutch', stopwords: ['en', 'de'], stem_exclusion: ['huizen'] })!;
  expect(own).toBe('dutch{"stem_exclusion":["huizen"],"stopwords":["de","en"]}');
  expect(analyzedOwn(JSON.parse(`{"type":"dutch",${own.slice(6)}`), 'de huizen en boeken')).toEqual(
    [
      4,
      [
        [1, 3, 9, 'huizen'],
        [3, 13, 19, 'boek'],
      ],
    ],
  );
  expect(analyzerText({ type: 'snowball', language: 'English' })).toBe('snowball');
  expect(analyzerText({ type: 'snowball', language: 'French' })).toBe(
    'snowball{"language":"French"}',
  );
  expect(analyzerText({ type: 'snowball', language: 'Klingon' })).toBeUndefined();
});

test('a chain of a language is refused where a part of it is not there', () => {
  const filters = {
    missing: { type: 'hyphenation_decompounder', word_list: ['rind'] },
    none: { type: 'stemmer', language: 'klingon' },
  };
  const analysis = new IndexAnalysis({
    analysis: {
      filter: filters,
      analyzer: {
        a: { tokenizer: 'standard', filter: ['missing'] },
        b: { tokenizer: 'standard', filter: ['hunspell'] },
        c: { type: 'thai' },
        d: { tokenizer: 'standard', filter: ['lowercase', 'elision', 'snowball'] },
      },
    },
  });
  for (const name of ['a', 'b', 'c']) expect(analysis.meaningOf(name)).toBeUndefined();
  expect(analysis.meaningOf('d')).toContain('"elision"');
});

test('stemmers take a word of 100,000 letters in one pass', () => {
  const pieces = ['iñ', 'ito', 'gege', 'aue', 'quae', 'ayu', 'e', 'ß'];
  const filters = [
    'galician',
    'portuguese_rslp',
    'german2',
    'dutch_kp',
    'lovins',
    'light_english',
  ].map((language) => ({ type: 'stemmer', language }));
  for (const filter of [...filters, { type: 'german_stem' }]) {
    const words = pieces.map((piece) => `${piece.repeat(100_000 / piece.length)}o`);
    const found = filteredOwn(filter, words);
    expect(found.every((word) => word !== null)).toBe(true);
  }
});
