/**
 * Porter's stemmer as Lucene's PorterStemFilter has it: the algorithm of 1980 with its author's two
 * later changes (`bli` → `ble`, `logi` → `log`). Letters are a-z; whatever else stands in a word counts
 * as a consonant.
 */

const A = 97;
const E = 101;
const I = 105;
const L = 108;
const O = 111;
const S = 115;
const T = 116;
const U = 117;
const W = 119;
const X = 120;
const Y = 121;
const Z = 122;

/** The word that is being stemmed; words end behind `last`, the stem before a found suffix at `stem`. */
let word = new Uint16Array(256);
let last = 0;
let stem = 0;

/** Words come again and again; forgotten all at once when there are too many. */
const known = new Map<string, string>();
const MAX_KNOWN = 10_000;
const MAX_KNOWN_LENGTH = 32;

/** The stem of a word in lower case; words of one or two letters stay as they are. */
export function stemOf(text: string): string {
  if (text.length < 3) return text;
  if (text.length > MAX_KNOWN_LENGTH) return stemmed(text);
  let found = known.get(text);
  if (found === undefined) {
    if (known.size >= MAX_KNOWN) known.clear();
    found = stemmed(text);
    known.set(text, found);
  }
  return found;
}

function stemmed(text: string): string {
  const { length } = text;
  if (length > word.length) word = new Uint16Array(length * 2);
  for (let at = 0; at < length; at += 1) word[at] = text.charCodeAt(at);
  last = length - 1;
  plurals();
  if (word[last] === Y && ends('y') && stemHasVowel()) word[last] = I;
  if (last > 0) replace(DOUBLE_SUFFIXES[word[last - 1]!]);
  replace(SUFFIXES[word[last]!]);
  if (last > 0) remove(word[last - 1]!);
  finalLetters();
  return written(text);
}

/** The text itself where nothing has changed: it needs no memory then. */
function written(text: string): string {
  let same = 0;
  while (same <= last && word[same] === text.charCodeAt(same)) same += 1;
  if (same > last) return same === text.length ? text : text.slice(0, same);
  return text.slice(0, same) + String.fromCharCode(...word.subarray(same, last + 1));
}

function isConsonant(at: number): boolean {
  switch (word[at]) {
    case A:
    case E:
    case I:
    case O:
    case U:
      return false;
    case Y:
      return at === 0 || !isConsonant(at - 1);
    default:
      return true;
  }
}

/** How many times a consonant follows a vowel in the stem. */
function measure(): number {
  let count = 0;
  let afterVowel = false;
  for (let at = 0; at <= stem; at += 1) {
    const consonant = isConsonant(at);
    if (consonant && afterVowel) count += 1;
    afterVowel = !consonant;
  }
  return count;
}

function stemHasVowel(): boolean {
  for (let at = 0; at <= stem; at += 1) if (!isConsonant(at)) return true;
  return false;
}

const isDouble = (at: number): boolean => at > 0 && word[at] === word[at - 1] && isConsonant(at);

/** Consonant, vowel, consonant at the end, the last not w, x or y: `hop`, but not `snow`. */
function isShort(at: number): boolean {
  if (at < 2 || !isConsonant(at) || isConsonant(at - 1) || !isConsonant(at - 2)) return false;
  const unit = word[at];
  return unit !== W && unit !== X && unit !== Y;
}

/** Whether the word ends so; the stem is then what stands before it. */
function ends(suffix: string): boolean {
  const from = last - suffix.length + 1;
  if (from < 0) return false;
  for (let at = suffix.length - 1; at >= 0; at -= 1)
    if (word[from + at] !== suffix.charCodeAt(at)) return false;
  stem = from - 1;
  return true;
}

/** Puts an ending behind the stem. */
function setEnd(suffix: string): void {
  for (let at = 0; at < suffix.length; at += 1) word[stem + 1 + at] = suffix.charCodeAt(at);
  last = stem + suffix.length;
}

/** Step 1: `-s`, `-ed`, `-ing`. */
function plurals(): void {
  if (word[last] === S) {
    if (ends('sses')) last -= 2;
    else if (ends('ies')) setEnd('i');
    else if (word[last - 1] !== S) last -= 1;
  }
  if (ends('eed')) {
    if (measure() > 0) last -= 1;
    return;
  }
  if (!(ends('ed') || ends('ing')) || !stemHasVowel()) return;
  last = stem;
  if (ends('at')) setEnd('ate');
  else if (ends('bl')) setEnd('ble');
  else if (ends('iz')) setEnd('ize');
  else if (isDouble(last)) {
    const unit = word[last];
    if (unit !== L && unit !== S && unit !== Z) last -= 1;
  } else if (measure() === 1 && isShort(last)) setEnd('e');
}

type Suffixes = readonly (readonly [suffix: string, shorter: string])[];
type ByLetter = Readonly<Record<number, Suffixes>>;

const byLetter = (table: Record<string, Suffixes>): ByLetter =>
  Object.fromEntries(Object.entries(table).map(([letter, rows]) => [letter.charCodeAt(0), rows]));

/** Step 3, by the last letter but one. */
const DOUBLE_SUFFIXES = byLetter({
  a: [
    ['ational', 'ate'],
    ['tional', 'tion'],
  ],
  c: [
    ['enci', 'ence'],
    ['anci', 'ance'],
  ],
  e: [['izer', 'ize']],
  g: [['logi', 'log']],
  l: [
    ['bli', 'ble'],
    ['alli', 'al'],
    ['entli', 'ent'],
    ['eli', 'e'],
    ['ousli', 'ous'],
  ],
  o: [
    ['ization', 'ize'],
    ['ation', 'ate'],
    ['ator', 'ate'],
  ],
  s: [
    ['alism', 'al'],
    ['iveness', 'ive'],
    ['fulness', 'ful'],
    ['ousness', 'ous'],
  ],
  t: [
    ['aliti', 'al'],
    ['iviti', 'ive'],
    ['biliti', 'ble'],
  ],
});

/** Step 4, by the last letter. */
const SUFFIXES = byLetter({
  e: [
    ['icate', 'ic'],
    ['ative', ''],
    ['alize', 'al'],
  ],
  i: [['iciti', 'ic']],
  l: [
    ['ical', 'ic'],
    ['ful', ''],
  ],
  s: [['ness', '']],
});

/** Shortens the first suffix that is found, behind a stem that has a measure. */
function replace(suffixes: Suffixes | undefined): void {
  if (suffixes === undefined) return;
  for (const [suffix, shorter] of suffixes) {
    if (!ends(suffix)) continue;
    if (measure() > 0) setEnd(shorter);
    return;
  }
}

/** Step 5: suffixes that go from longer stems, by the last letter but one. */
const REMOVED: Readonly<Record<number, readonly string[]>> = Object.fromEntries(
  Object.entries({
    a: ['al'],
    c: ['ance', 'ence'],
    e: ['er'],
    i: ['ic'],
    l: ['able', 'ible'],
    n: ['ant', 'ement', 'ment', 'ent'],
    o: ['ion', 'ou'],
    s: ['ism'],
    t: ['ate', 'iti'],
    u: ['ous'],
    v: ['ive'],
    z: ['ize'],
  }).map(([letter, suffixes]) => [letter.charCodeAt(0), suffixes]),
);

function remove(letter: number): void {
  for (const suffix of REMOVED[letter] ?? []) {
    if (!ends(suffix)) continue;
    if (suffix === 'ion' && !(stem >= 0 && (word[stem] === S || word[stem] === T))) continue;
    if (measure() > 1) last = stem;
    return;
  }
}

/** Step 6: a last `e`, and one of two `l`. */
function finalLetters(): void {
  stem = last;
  if (word[last] === E) {
    const count = measure();
    if (count > 1 || (count === 1 && !isShort(last - 1))) last -= 1;
  }
  if (word[last] === L && isDouble(last) && measure() > 1) last -= 1;
}
