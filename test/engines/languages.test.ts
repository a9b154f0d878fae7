import { afterAll, describe, expect, inject, test } from 'vitest';
import { buildChain } from '../../src/mapping/analyzers/chain.ts';
import { analyzerNamed } from '../../src/mapping/analyzers/named.ts';
import type { PartSettings } from '../../src/mapping/analyzers/part-settings.ts';
import { stopWordsOf } from '../../src/mapping/analyzers/stop-words.ts';
import { IndexAnalysis } from '../../src/mapping/explicit/index-analysis.ts';
import { analyzedLive, analyzedOwn } from '../golden/analyzers.ts';
import {
  LANGUAGE_ANALYZERS,
  languageText,
  STEMMERS,
  wordFor,
  wordsWithEndings,
} from '../golden/language-texts.ts';
import { filteredLive, filteredOwn } from '../golden/languages.ts';
import { ElasticsearchServer } from '../golden/server.ts';
import { randomNumbers } from '../golden/strings.ts';

const seed = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
const TEXTS = 1000;
const WORDS = 2000;
const BATCH = 200;

const server = (): ElasticsearchServer => new ElasticsearchServer(inject('elasticsearch'));

describe(`languages (seed ${seed})`, () => {
  test.each(LANGUAGE_ANALYZERS)(
    'the analyzer %s makes what Elasticsearch makes',
    async (language) => {
      const random = randomNumbers(seed);
      for (let done = 0; done < TEXTS; done += BATCH) {
        const texts = Array.from({ length: BATCH }, () => languageText(language, random));
        const expected = await analyzedLive(inject('elasticsearch'), language, texts);
        const actual = texts.map((text) => [text, analyzedOwn(language, text)]);
        expect(actual).toEqual(texts.map((text, index) => [text, expected[index]]));
      }
    },
  );

  test.each(Object.entries(STEMMERS))(
    'the stemmer %s finds the same stems',
    async (name, language) => {
      await sameWords({ type: 'stemmer', language: name }, language);
    },
  );

  const FILTERS: readonly (readonly [string, PartSettings, string])[] = [
    ['snowball', { type: 'snowball', language: 'Arabic' }, 'arabic'],
    ['snowball', { type: 'snowball', language: 'German' }, 'german'],
    ['snowball', { type: 'snowball' }, 'english'],
    ['snowball', { type: 'snowball', language: 'German2' }, 'german2'],
    ['snowball', { type: 'snowball', language: 'kp' }, 'dutch_kp'],
    ['snowball', { type: 'snowball', language: 'Lovins' }, 'lovins'],
    ['stemmer', { type: 'stemmer', name: 'lightFrench' }, 'french'],
    ['stemmer', { type: 'stemmer', name: 'dutchKp' }, 'dutch_kp'],
    ['stemmer', { type: 'stemmer', name: 'lightEnglish' }, 'krovetz'],
    ['stemmer', { type: 'stemmer', language: 'kstem' }, 'krovetz'],
    ['stemmer', { type: 'stemmer', name: 'minimalPortuguese' }, 'portuguese_rslp'],
    [
      'stemmer_override',
      { type: 'stemmer_override', rules: ['a, en => x', 'en => y', 's=>t'] },
      'dutch',
    ],
    ['elision', { type: 'elision', articles: ['l', 'D', 'qu'], articles_case: true }, 'french'],
    ['elision', { type: 'elision', articles: ['l', 'D', 'qu'] }, 'french'],
    ...(
      [
        ['arabic', 'arabic'],
        ['persian', 'persian'],
        ['sorani', 'sorani'],
        ['bengali', 'bengali'],
        ['hindi', 'hindi'],
        ['indic', 'bengali'],
        ['indic', 'hindi'],
        ['german', 'german'],
        ['scandinavian', 'norwegian'],
        ['scandinavian', 'swedish'],
        ['serbian', 'russian'],
      ] as const
    ).map(([name, language]) => {
      const type = `${name}_normalization`;
      return [type, { type }, language] as const;
    }),
    ...(
      [
        ['scandinavian_folding', 'danish'],
        ['cjk_width', 'cjk'],
        ['arabic_stem', 'arabic'],
        ['brazilian_stem', 'brazilian'],
        ['czech_stem', 'czech'],
        ['dutch_stem', 'dutch'],
        ['french_stem', 'french'],
        ['german_stem', 'caumanns'],
        ['kstem', 'krovetz'],
        ['russian_stem', 'russian'],
        ['porter_stem', 'english'],
      ] as const
    ).map(([type, language]) => [type, { type }, language] as const),
  ];
  test.each(FILTERS)('the filter %s of %j does the same to words', async (_, filter, language) => {
    await sameWords(filter, language);
  });

  async function sameWords(filter: PartSettings, language: string): Promise<void> {
    const random = randomNumbers(seed);
    const more = Array.from({ length: WORDS }, () => wordFor(language, random));
    const words = [...wordsWithEndings(language, random), ...more];
    const expected = await filteredLive(server(), filter, words);
    const actual = filteredOwn(filter, words);
    expect(words.map((word, at) => [word, actual[at]])).toEqual(
      words.map((word, at) => [word, expected[at]]),
    );
  }
});

const LISTS =
  'arabic armenian basque bengali brazilian bulgarian catalan czech danish dutch estonian finnish french galician german greek hindi hungarian indonesian irish italian latvian lithuanian norwegian persian portuguese romanian russian sorani spanish swedish thai turkish'.split(
    ' ',
  );

test.each(LISTS)(
  'the stop words of %s are the words that Elasticsearch leaves out',
  async (language) => {
    const words = [...stopWordsOf(language)];
    const others = LISTS.filter((other) => other !== language).flatMap((other) => [
      ...stopWordsOf(other),
    ]);
    const asked = [...new Set([...words, ...others])];
    const left = await filteredLive(server(), { type: 'stop', stopwords: `_${language}_` }, asked);
    expect(asked.filter((_, at) => left[at] === null).sort()).toEqual(words.sort());
  },
);

describe('settings', () => {
  const INDEX = 'languages-test';
  const analysis = {
    filter: {
      marked: { type: 'keyword_marker', keywords: ['running', 'FOXES'], ignore_case: true },
      pattern: { type: 'keyword_marker', keywords_pattern: '(?i)[a-m].*s' },
      bigrams: { type: 'cjk_bigram', output_unigrams: true },
      someBigrams: { type: 'cjk_bigram', ignored_scripts: ['katakana', 'hangul'] },
      override: { type: 'stemmer_override', rules: ['running, ran => run', 'mice => mouse'] },
      dutch: { type: 'dutch_stem', stem_exclusion: ['huizen'] },
      german: { type: 'german_stem', stem_exclusion: ['foxes', 'gases'] },
    },
    analyzer: {
      marked: { tokenizer: 'standard', filter: ['marked', 'lowercase', 'porter_stem'] },
      pattern: { tokenizer: 'standard', filter: ['pattern', 'stemmer', 'snowball'] },
      override: { tokenizer: 'whitespace', filter: ['lowercase', 'override', 'porter_stem'] },
      bigrams: { tokenizer: 'standard', filter: ['cjk_width', 'lowercase', 'bigrams'] },
      someBigrams: { tokenizer: 'standard', filter: ['stop', 'someBigrams'] },
      lettered: { tokenizer: 'letter', filter: ['elision', 'cjk_bigram', 'french_stem', 'dutch'] },
      excluding: { tokenizer: 'standard', filter: ['lowercase', 'german', 'porter_stem'] },
      french: {
        type: 'french',
        stopwords: ['_french_', 'cheval'],
        stem_exclusion: ['chevaux', 'niños'],
      },
      bare: { type: 'german', stopwords: '_none_' },
      hindi: { type: 'hindi', stem_exclusion: ['किताबों', 'लड़के'] },
      bengali: { type: 'bengali', stem_exclusion: ['বইগুলো', 'ছেলেদের'], stopwords: ['বই'] },
      dutch: { type: 'dutch', stem_exclusion: 'huizen,boeken', stopwords: '_dutch_,huis' },
      arabic: { type: 'arabic', stem_exclusion: ['والكتاب', 'كتابه'] },
      cjk: { type: 'cjk', stopwords: ['東京', '한국'] },
      galician: { type: 'galician', stopwords: '_galician_,casa', stem_exclusion: ['camiños'] },
      greek: { type: 'greek', stopwords: ['και'] },
      ball: { type: 'snowball', language: 'Turkish', stopwords: '_turkish_' },
      balls: { type: 'snowball', language: 'Dutch' },
      german2: { type: 'snowball', language: 'German2' },
      kp: { type: 'snowball', language: 'Kp' },
      porter: { type: 'snowball', language: 'Porter' },
    },
  };
  const ENGLISH_WORDS = 'Running ran mice FOXES classes gases the Lass generously';
  const WORDS_OF: Readonly<Record<string, string>> = {
    french: "chevaux cheval l'école niños les Chevaux",
    bare: 'die Häuser der großen Stadt',
    hindi: 'किताबों लड़के दुकानों की',
    bengali: 'বইগুলো ছেলেদের বই টেবিলের',
    dutch: 'huizen huis boeken boek fietsen ei kind Huizen',
    arabic: 'والكتاب كتابه المدارس كتابة',
    cjk: '東京都 한국어 ガギグ ｶﾞｷﾞ ＡＢＣ',
    greek: 'και Οι ΠΟΛΕΙΣ άνθρωποι',
    ball: "Türkiye'de kitaplar IŞIK ve",
    balls: 'de huizen en fietsen',
    kp: 'de huizen en fietsen gewandeld',
    german2: 'die Haeuser der grossen Städte und quälen',
    galician: 'camiños casas casa as cancións máis',
    bigrams: '東京都ab 한국어 ガ ｶﾞｷﾞ ＡＢＣ 𠀀𠀁人',
    someBigrams: '東京都 the 한국어カタカナ 人',
    lettered: "l'école 東京 qu'il boeken huizen 漢字かな",
  };
  afterAll(() => server().ask('DELETE', INDEX));

  test('analyzers and filters with settings of an index do the same', async () => {
    const live = server();
    await live.ask('DELETE', INDEX);
    const made = await live.ask('PUT', INDEX, JSON.stringify({ settings: { analysis } }));
    expect(made.error).toBeUndefined();
    const random = randomNumbers(seed);
    for (const name of Object.keys(analysis.analyzer)) {
      const words = (WORDS_OF[name] ?? ENGLISH_WORDS).split(' ');
      const texts = Array.from({ length: 100 }, () => {
        const some = Array.from({ length: random(6) }, () => words[random(words.length)]!);
        return some.join(random(3) === 0 ? '' : ' ');
      });
      const expected = await analyzedLive(inject('elasticsearch'), name, texts, INDEX);
      const own = analyzerNamed(new IndexAnalysis({ analysis }).meaningOf(name)!)!;
      const actual = texts.map((text) => [
        name,
        text,
        own.span(text),
        own.analyze(text).map((token) => [token.position, token.start, token.end, token.text]),
      ]);
      expect(actual).toEqual(texts.map((text, at) => [name, text, ...expected[at]!]));
    }
  });

  test.each([
    ['stemmer', { type: 'stemmer', language: 'klingon' }],
    ['stemmer', { type: 'stemmer', language: 'minimalGalician' }],
    ['snowball', { type: 'snowball', language: 'dutchKp' }],
    ['snowball', { type: 'snowball', language: 'klingon' }],
    ['elision', { type: 'elision' }],
    ['keyword_marker', { type: 'keyword_marker' }],
    ['keyword_marker', { type: 'keyword_marker', keywords: ['a'], keywords_pattern: 'b' }],
    ['stemmer_override', { type: 'stemmer_override' }],
    ['stemmer_override', { type: 'stemmer_override', rules: ['a => b, c'] }],
  ])('what is wrong with %s is said as Elasticsearch says it: %j', async (_, filter) => {
    const analyzer = { a: { tokenizer: 'standard', filter: ['f'] } };
    const settings = { analysis: { filter: { f: filter }, analyzer } };
    const answer = await server().ask('PUT', `${INDEX}-refused`, JSON.stringify({ settings }));
    const build = (): unknown =>
      buildChain({ char_filter: [], tokenizer: { type: 'standard' }, filter: [filter] });
    expect(build).toThrow(answer.error!.reason);
  });
});
