import { EstromError } from '../../errors.ts';

/** Lucene's English stop words, which `stop` and `english` leave out by default. */
const ENGLISH =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with';

export const ENGLISH_STOP_WORDS: ReadonlySet<string> = new Set(ENGLISH.split(' '));
export const NO_STOP_WORDS: ReadonlySet<string> = new Set();

/** Names of the lists that Elasticsearch has for other languages. */
const OTHER_LISTS = new Set(
  (
    'arabic armenian basque bengali brazilian bulgarian catalan czech danish dutch estonian finnish ' +
    'french galician german greek hindi hungarian indonesian irish italian latvian lithuanian ' +
    'norwegian persian portuguese romanian russian sorani spanish swedish thai turkish'
  )
    .split(' ')
    .map((language) => `_${language}_`),
);

/**
 * What the setting `stopwords` says: a list of words or their text with commas between them, in which
 * `_english_` stands for that list, or `_none_`.
 * @throws EstromError BAD_MAPPING for the lists of other languages, and what is neither
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
    if (OTHER_LISTS.has(word)) {
      throw new EstromError(
        'BAD_MAPPING',
        `the stop words [${word}] are not supported: give them as a list`,
      );
    }
    if (word === '_english_') for (const english of ENGLISH_STOP_WORDS) words.add(english);
    else words.add(word);
  }
  return words;
}
