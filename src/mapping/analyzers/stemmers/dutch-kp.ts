import { longestEnd, type Stem } from './stem.ts';

const isVowel = (letter: string | undefined): boolean =>
  letter !== undefined && 'aeiouy'.includes(letter);

/** A word, and where its two regions begin; these stay where they are when the end of the word changes. */
interface Word {
  readonly text: string;
  readonly r1: number;
  readonly r2: number;
}

/** What an ending, before which `stem` is, does to the word: its new text, or null for nothing. */
type Rule = (stem: string, word: Word) => string | null;
type Rules = ReadonlyMap<string, Rule>;

const inR1 = (stem: string, word: Word): boolean => stem.length >= word.r1;
const endsOpen = (stem: string): boolean => isVowel(stem.at(-1)) || stem.endsWith('ij');
const endsClosed = (stem: string): boolean => stem !== '' && !endsOpen(stem);
const inR1Closed = (stem: string, word: Word): boolean => inR1(stem, word) && endsClosed(stem);

/** What is before an ending; null for another one. */
const before = (stem: string, ending: string): string | null =>
  stem.endsWith(ending) ? stem.slice(0, -ending.length) : null;

/** An ending's rule: where the test holds, it is replaced, and then the word may change once more. */
const rule =
  (
    by: string,
    test: (stem: string, word: Word) => boolean = inR1,
    then: Stem = (stem) => stem,
  ): Rule =>
  (stem, word) =>
    test(stem, word) ? then(stem + by) : null;

const rules = (rows: readonly (readonly [endings: string, rule: Rule])[]): Rules =>
  new Map(rows.flatMap(([endings, one]) => endings.split(' ').map((each) => [each, one] as const)));

/** A short vowel before the last consonant is doubled where the syllable was open. */
const long: Stem = (stem) => {
  const [vowel, last] = [stem.at(-2), stem.at(-1)];
  if (vowel === undefined || 'aeiouywx'.includes(last!)) return stem;
  const rest = stem.slice(0, -2);
  if (isVowel(rest.at(-1))) return stem;
  const isLong =
    vowel === 'e' ? !/(?:[aiou]|[^aeiouy][aiou].).$/s.test(rest) : 'aou'.includes(vowel);
  return isLong ? rest + vowel + vowel + last : stem;
};

const inR2 = (stem: string, word: Word): boolean => stem.length >= word.r2;
const inR1Open = (stem: string, word: Word): boolean => inR1(stem, word) && endsOpen(stem);

const PLURALS = rules([
  ["'s", rule('', () => true)],
  [
    's',
    (stem, word) => {
      const isTs = stem.endsWith('t') && stem.length > word.r1;
      return inR1Closed(stem, word) && !isTs ? stem : null;
    },
  ],
  ['ies', rule('ie')],
  [
    'es',
    (stem, word) => {
      const ar = before(stem, 'ar');
      if (ar !== null && inR1Closed(ar, word)) return long(ar);
      const er = before(stem, 'er');
      if (er !== null && inR1Closed(er, word)) return er;
      return inR1Closed(stem, word) ? `${stem}e` : null;
    },
  ],
  ['aus', rule('au', inR1Open)],
  [
    'en',
    (stem, word) => {
      const hed = before(stem, 'hed');
      if (hed !== null && inR1(hed, word)) return `${hed}heid`;
      if (stem.endsWith('nd')) return stem;
      const d = before(stem, 'd');
      if (d !== null && inR1Closed(d, word)) return d;
      if (/[ij]$/.test(stem) && endsOpen(stem.slice(0, -1))) return stem;
      return inR1Closed(stem, word) ? long(stem) : null;
    },
  ],
  ['nde', rule('nd', () => true)],
]);

const SMALL_AND_INFLECTED = rules([
  [
    'je',
    (stem, word) => {
      const quoted = before(stem, "'t");
      if (quoted !== null) return quoted;
      const et = before(stem, 'et');
      if (et !== null && inR1Closed(et, word)) return et;
      if (stem.endsWith('rnt')) return stem.slice(0, -1);
      const t = before(stem, 't');
      if (t !== null && t !== '' && inR1(t, word) && endsOpen(t.slice(0, -1))) return t;
      if (stem.endsWith('ink')) return `${stem.slice(0, -1)}g`;
      if (stem.endsWith('mp')) return stem.slice(0, -1);
      const quote = before(stem, "'");
      if (quote !== null && inR1(quote, word)) return quote;
      return inR1Closed(stem, word) ? stem : null;
    },
  ],
  ['ge', rule('g')],
  ['lijke', rule('lijk')],
  ['ische', rule('isch')],
  ['de', rule('', inR1Closed)],
  ['te', rule('t')],
  ['se', rule('s')],
  ['re', rule('r')],
  ['le', rule('l', inR1, long)],
  ['ene', rule('en', inR1Closed, long)],
  ['ieve', rule('ief', inR1Closed)],
]);

const DERIVED = rules([
  ['atie', rule('eer')],
  ['iteit ing isme erij', rule('', inR1, long)],
  ['heid sel ster', rule('')],
  ['rder', rule('r', () => true)],
  ['arij', rule('aar', inR1Closed)],
  ['fie', rule('f', inR2, long)],
  ['gie', rule('g', inR2, long)],
  ['tst', rule('t', inR1Closed)],
  ['dst', rule('d', inR1Closed)],
]);

const ADJECTIVES = rules([
  ['ioneel', rule('ie')],
  ['atief', rule('eer')],
  ['baar achtig achtiger achtigst', rule('')],
  ['naar', rule('n', inR1Open)],
  ['laar', rule('l', inR1Open)],
  ['raar', rule('r', inR1Open)],
  ['tant', rule('teer')],
  ['lijker lijkst', rule('lijk')],
  ['eriger erigst erig end', rule('', inR1Closed, long)],
]);

const IG = rules([['iger igst ig', rule('', inR1Closed, long)]]);

/** Kraaij's and Pohlmann's stemmer for Dutch, as Snowball had it in Lucene 8.11. */
export const stemDutchKp: Stem = (word) => {
  const read = withConsonants(word);
  let text = read;
  let isStemmed = false;
  const regions = measure(read);
  const step = (...all: readonly Rules[]): void => {
    for (const one of all) {
      const changed = changedBy(one, { text, ...regions });
      if (changed === null) continue;
      text = changed;
      isStemmed = true;
      return;
    }
  };
  step(PLURALS);
  step(SMALL_AND_INFLECTED);
  step(DERIVED);
  step(ADJECTIVES, IG);
  const first = withoutGe(text, 0);
  if (first !== null) text = withoutDt(first);
  const inside = withoutGe(text, 1);
  if (inside !== null) text = withoutDt(inside);
  if (/[kfp]t$/.test(text)) {
    text = text.slice(0, -1);
    isStemmed = true;
  }
  if (isStemmed || inside !== null) text = singled(text);
  return read === word ? text : text.replaceAll('Y', 'y');
};

/** `y` at the beginning and behind a vowel is a consonant, in capitals. */
function withConsonants(word: string): string {
  let read = '';
  let last: string | undefined;
  for (const letter of word) {
    last = letter === 'y' && (last === undefined || isVowel(last)) ? 'Y' : letter;
    read += last;
  }
  return read;
}

/** Each region begins behind the first consonant behind a vowel. */
function measure(text: string): { r1: number; r2: number } {
  const r1 = behindSyllable(text, 0);
  if (r1 === null) return { r1: text.length, r2: text.length };
  return { r1, r2: behindSyllable(text, r1) ?? text.length };
}

function behindSyllable(text: string, from: number): number | null {
  const syllable = /[^aeiouy]*?(?:ij|[aeiouy])+/y;
  syllable.lastIndex = from;
  if (!syllable.test(text)) return null;
  return syllable.lastIndex < text.length ? syllable.lastIndex + 1 : null;
}

function changedBy(all: Rules, word: Word): string | null {
  const ending = longestEnd(word.text, all, 8);
  return ending === null ? null : all.get(ending)!(word.text.slice(0, -ending.length), word);
}

/** Without the first `ge` from there on, where a syllable follows; null if there is none such. */
function withoutGe(text: string, from: number): string | null {
  const at = from === 0 ? (text.startsWith('ge') ? 0 : -1) : text.indexOf('ge', from);
  if (at < 0) return null;
  const rest = text.slice(at + 2);
  return rest.length >= 3 && /[aeiouy][^aeiouy]/.test(rest) ? text.slice(0, at) + rest : null;
}

/** `d` and `t` of participles. */
function withoutDt(text: string): string {
  const { r1 } = measure(text);
  const last = text.at(-1);
  if (last !== 'd' && last !== 't') return text;
  const stem = text.slice(0, -1);
  if (stem.length < r1 || !endsClosed(stem)) return text;
  const isKept = stem.endsWith(last === 'd' ? 'n' : 'h') && stem.length > r1;
  return isKept ? text : stem;
}

function singled(text: string): string {
  if (/([bcdfghjklmnpqrstvwxz])\1$/.test(text)) return text.slice(0, -1);
  if (text.endsWith('v')) return `${text.slice(0, -1)}f`;
  return text.endsWith('z') ? `${text.slice(0, -1)}s` : text;
}
