import { EstromError } from '../../errors.ts';
import { ownModule } from './own-modules.ts';

/** Lucene's English stop words, which `stop` and `english` leave out by default. */
const ENGLISH =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with';

export const ENGLISH_STOP_WORDS: ReadonlySet<string> = new Set(ENGLISH.split(' '));
export const NO_STOP_WORDS: ReadonlySet<string> = new Set();

/** Lists of other languages, in files of `stop-word-lists/`. */
const LISTS: ReadonlySet<string> = new Set(
  (
    'arabic armenian basque bengali brazilian bulgarian catalan czech danish dutch estonian finnish ' +
    'french galician german greek hindi hungarian indonesian irish italian latvian lithuanian ' +
    'norwegian persian portuguese romanian russian sorani spanish swedish thai turkish'
  ).split(' '),
);

const loaded = new Map<string, ReadonlySet<string>>([['english', ENGLISH_STOP_WORDS]]);

/** The stop words of a language's analyzer, which are loaded when they are first asked for. */
export function stopWordsOf(language: string): ReadonlySet<string> {
  let words = loaded.get(language);
  if (words === undefined) {
    const { WORDS } = ownModule(`stop-word-lists/${language}`);
    words = new Set((WORDS as string).trim().split(/\s+/));
    loaded.set(language, words);
  }
  return words;
}

/**
 * What the setting `stopwords` says: a list of words or their text with commas between them, in which
 * `_english_`, `_french_` and so on stand for the lists of languages, or `_none_`.
 * @throws EstromError BAD_MAPPING for what is neither
 */
export function readStopWords(setting: unknown, unset: ReadonlySet<string>): ReadonlySet<string> {
  if (setting === undefined || setting === null) return unset;
  if (setting === '_none_') return NO_STOP_WORDS;
  const entries = typeof setting === 'string' ? setting.split(',') : setting;
  if (!Array.isArray(entries))
    throw new EstromError('BAD_MAPPING', 'stopwords must be a list of words, or _english_');
  const words = new Set<string>();
  for (const entry of entries) {
    const word = String(entry);
    const language = /^_([a-z]+)_$/.exec(word)?.[1];
    if (language === 'english' || (language !== undefined && LISTS.has(language))) {
      for (const each of stopWordsOf(language)) words.add(each);
    } else words.add(word);
  }
  return words;
}
