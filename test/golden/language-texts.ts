import { LANGUAGE_NAMES } from '../../src/mapping/analyzers/languages.ts';
import { stopWordsOf } from '../../src/mapping/analyzers/stop-words.ts';
import { ENDINGS } from './language-endings.ts';

export type Random = (bound: number) => number;

const pick = <T>(random: Random, of: readonly T[]): T => of[random(of.length)]!;

/** Analyzers of languages, and those beside them that need no more than their name. */
export const LANGUAGE_ANALYZERS: readonly string[] = [...LANGUAGE_NAMES, 'chinese', 'snowball'];

/** Where words of another language are to be used. */
const WORDS_OF: Readonly<Record<string, string>> = {
  caumanns: 'german',
  chinese: 'english',
  dutch_kp: 'dutch',
  german2: 'german',
  krovetz: 'english',
  lovins: 'english',
  portuguese_rslp: 'portuguese',
  snowball: 'english',
};

function endingsOf(language: string): string[] {
  const endings = ENDINGS[language] ?? ENDINGS[WORDS_OF[language] ?? ''] ?? '';
  return endings.trim().split(/\s+/).filter(Boolean);
}

/** Stems that the Snowball analyzers and others find hard, by language. */
const WORDS: Readonly<Record<string, string>> = {
  cjk: '東京 都 に 住む 人々 ｶﾞ ｷﾞ ﾊﾟ 한국어 한 ＡＢＣ ａｂｃ 漢字 かな カナ ー 𠀀𠀁 abc １２',
  danish: 'undersøgelse fløjet gåé elskéé gælder husene',
  english: 'generously communication skies dying succeed inning yyye',
  galician:
    'íntimo concellos camiño canción nación razóns xamós leises máis animás cunha irmao garrafom coraxe',
  french: "laïcité aiguë héroïque jusqu'aux aujourd'hui quelqu'un vieillissement nationaux",
  german: 'häuser quälen gegessen aquarell bedürfnisse ergebnissen straße quelle treue maße größte',
  hungarian: 'házakban őket erről tűnik asztalokkal űrhajók',
  italian: "dell'università gl'italiani perché città",
  portuguese: 'revolução soluções tradução apología razões coração limões irmã irmãs',
  russian: 'всё ещё её книгами программирование',
  turkish: "türkiye'de İSTANBUL'a kitaplarımız ışığı gözlükçü",
};

const ODD =
  'İx IŞIK ΣΑΣ Ώρα ﬁne １２ＡＢ ٣٤ १२ ｶﾞｷ 中国人 日本語テキスト 한국어 Straße ſ 𐐀x x𝒳 tAthair nOileán foo.bar 1.5 a1b2 u@x.y e\u0301a'.split(
    ' ',
  );
const JOINED = "l' L' d’ qu' jusqu' dell' un' n' m' t- n h- b' D' al- و".split(' ');
const SEPARATORS = [' ', ' ', ' ', ' ', ', ', '. ', '-', "'", '’', '/', '\n', '\u200c', '_'];

/** A word as the language's stemmers may change it: of stop words, endings, and pieces of both. */
export function wordFor(language: string, random: Random): string {
  const name = WORDS_OF[language] ?? language;
  const stopWords = name === 'english' || name === 'cjk' ? [] : [...stopWordsOf(name)];
  const own = (WORDS[name] ?? '').split(' ').filter(Boolean);
  const endings = endingsOf(language);
  const all = [...stopWords, ...own, ...endings];
  const piece = (): string => {
    const word = pick(random, all);
    const at = 1 + random(word.length);
    return (random(2) === 0 ? word.slice(0, at) : word.slice(-at)).toWellFormed();
  };
  if (random(4) === 0) return pick(random, all);
  let word = piece();
  if (random(2) === 0) word += piece();
  if (endings.length > 0)
    for (let more = random(3); more > 0; more -= 1) word += pick(random, endings);
  return word.replaceAll(/\s/g, '').slice(0, 60).toWellFormed();
}

/** Every ending of the language behind a short and a long beginning. */
export function wordsWithEndings(language: string, random: Random): string[] {
  const endings = endingsOf(language);
  const beginning = (length: number): string => {
    const word = Array.from({ length: 9 }, () => wordFor(language, random)).join('');
    return word.slice(0, length).toWellFormed();
  };
  return endings.flatMap((ending) => [
    beginning(1 + random(4)) + ending,
    beginning(4 + random(6)) + ending,
  ]);
}

/** A text of such words, with capitals, apostrophes, and words of other scripts. */
export function languageText(language: string, random: Random): string {
  let text = '';
  for (let words = random(9); words > 0; words -= 1) {
    let word = random(10) === 0 ? pick(random, ODD) : wordFor(language, random);
    if (random(6) === 0) word = pick(random, JOINED) + word;
    const capitals = random(12);
    if (capitals === 0) word = word.toUpperCase();
    else if (capitals < 3) word = word.charAt(0).toUpperCase() + word.slice(1);
    text += word + pick(random, SEPARATORS);
  }
  return text.toWellFormed();
}

/** Stemmers as the filter `stemmer` has them, with the language of which words are to be made. */
export const STEMMERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    (
      'arabic armenian basque bengali brazilian bulgarian catalan czech danish dutch dutch_kp english estonian ' +
      'finnish french galician german german2 greek hindi hungarian indonesian irish italian latvian lithuanian lovins norwegian portuguese ' +
      'portuguese_rslp romanian russian sorani spanish swedish turkish'
    )
      .split(' ')
      .map((language) => [language, language]),
  ),
  ...Object.fromEntries(
    'finnish french german hungarian italian norwegian portuguese russian spanish swedish'
      .split(' ')
      .map((language) => [`light_${language}`, language]),
  ),
  light_english: 'krovetz',
  light_nynorsk: 'norwegian',
  minimal_english: 'english',
  minimal_french: 'french',
  minimal_galician: 'galician',
  minimal_german: 'german',
  minimal_norwegian: 'norwegian',
  minimal_nynorsk: 'norwegian',
  minimal_portuguese: 'portuguese_rslp',
  porter2: 'english',
  possessive_english: 'english',
};
