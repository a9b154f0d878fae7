import { generateText } from './strings.ts';

type Random = (bound: number) => number;

const pick = <T>(random: Random, of: ArrayLike<T>): T => of[random(of.length)]!;

const STOP_WORDS =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  );

/** Every suffix that the stemmer knows, and what comes before and behind them. */
const SUFFIXES = (
  's es sses ies ss eed ed ing at bl iz ate ble ize y ational tional enci anci izer bli alli entli eli ousli ' +
  'ization ation ator alism iveness fulness ousness aliti iviti biliti logi icate ative alize iciti ical ful ness al ' +
  'ance ence er ic able ible ant ement ment ent ion sion tion ou ism iti ous ive e ll le l ee ying yed eedly ingly ' +
  "'s ’s ＇s 'S 's's s' n't ness's"
).split(' ');

const STEMS = (
  'caress pon cat feed agre plaster bled motor sing conflat troubl siz hopp tann fall hiss fizz fail fil happ sk ' +
  'relat condition ration val hesit digit conform radic differ vil analog vietnam predic oper feud decis hope call ' +
  'formal sensit sensib triplic form electr good reviv allow infer airlin gyroscop adjust defens irrit replac adopt ' +
  'homolog commun activ angular effect bowdler prob rat ceas control roll by say toy y yy yes sky dy use us o ox tr'
).split(' ');

const SOUNDS = 'aeiouyyeiabcdfghklmnprstvwxzll';

function word(random: Random): string {
  switch (random(5)) {
    case 0:
      return pick(random, STOP_WORDS);
    case 1:
      return Array.from({ length: 1 + random(9) }, () => pick(random, SOUNDS)).join('');
    case 2:
      return (
        Array.from({ length: random(5) }, () => pick(random, SOUNDS)).join('') + suffixes(random)
      );
    default:
      return pick(random, STEMS) + suffixes(random);
  }
}

function suffixes(random: Random): string {
  return Array.from({ length: random(4) }, () => pick(random, SUFFIXES)).join('');
}

function cased(random: Random, text: string): string {
  if (random(8) === 0) return text.toUpperCase();
  return random(6) === 0 ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Words as the English analyzer changes them, among texts of all kinds. */
export function generateEnglish(random: Random): string {
  if (random(6) === 0) return generateText(random);
  const words = Array.from({ length: random(9) }, () => cased(random, word(random)));
  if (random(10) === 0)
    words.push(pick(random, ['é', 'ﬁs', 'ſ', 'Kings', 'İngs', 'ΣΑΣ', '\u{10400}ing']));
  return words.join(
    pick(random, [' ', ' ', ', ', '-', '_', '.', '\u00a0', '\u2007', '\u3000', '\u001c']),
  );
}
