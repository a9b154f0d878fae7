import { type Element, ElementBuilder, OFFSET_PATTERNS } from './elements.ts';
import * as f from './fields.ts';

/** A format that is none; the message is Elasticsearch's. */
export class BadDateFormat extends Error {
  override readonly name = 'BadDateFormat';
}

const NUMBERS: Readonly<Record<string, number>> = {
  u: f.YEAR,
  y: f.YEAR_OF_ERA,
  M: f.MONTH_OF_YEAR,
  L: f.MONTH_OF_YEAR,
  Q: f.QUARTER_OF_YEAR,
  q: f.QUARTER_OF_YEAR,
  D: f.DAY_OF_YEAR,
  d: f.DAY_OF_MONTH,
  F: f.ALIGNED_DAY_OF_WEEK,
  H: f.HOUR_OF_DAY,
  k: f.CLOCK_HOUR_OF_DAY,
  K: f.HOUR_OF_AMPM,
  h: f.CLOCK_HOUR_OF_AMPM,
  m: f.MINUTE_OF_HOUR,
  s: f.SECOND_OF_MINUTE,
  A: f.MILLI_OF_DAY,
  n: f.NANO_OF_SECOND,
  N: f.NANO_OF_DAY,
  g: f.MODIFIED_JULIAN_DAY,
  Y: f.LOCAL_WEEK_BASED_YEAR,
  w: f.LOCAL_WEEK_OF_YEAR,
  W: f.LOCAL_WEEK_OF_MONTH,
  e: f.LOCAL_DAY_OF_WEEK,
  c: f.LOCAL_DAY_OF_WEEK,
};

const named = (names: string, from = 1): [string, number][] =>
  names
    .split(' ')
    .map((name, index): [string, number] => [name, index + from])
    .sort(([a], [b]) => b.length - a.length);

const MONTHS =
  'January February March April May June July August September October November December';
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday';
const short = (names: string): string => names.replaceAll(/([A-Z]..)[a-z]*/g, '$1');

type Names = readonly [string, number][];

/** Names in the locale of no language, by how many letters ask for them: 3, 4 and 5. */
const TEXTS: Readonly<Record<string, { field: number; names: readonly Names[] }>> = {
  M: {
    field: f.MONTH_OF_YEAR,
    names: [named(short(MONTHS)), named(MONTHS), named('1 2 3 4 5 6 7 8 9 10 11 12')],
  },
  E: {
    field: f.DAY_OF_WEEK,
    names: [named(short(DAYS)), named(DAYS), Object.entries({ S: 7, T: 4, F: 5, W: 3, M: 1 })],
  },
  G: { field: f.ERA, names: [named('BC AD', 0), named('BCE CE', 0), named('B A', 0)] },
  a: { field: f.AMPM_OF_DAY, names: [named('AM PM', 0)] },
  Q: {
    field: f.QUARTER_OF_YEAR,
    names: [named('Q1 Q2 Q3 Q4'), named('Q1 Q2 Q3 Q4'), named('1 2 3 4')],
  },
};
const TEXT_LETTERS: Readonly<Record<string, string>> = { L: 'M', e: 'E', c: 'E', q: 'Q' };

/** At most so many of these letters. */
const MOST: Readonly<Record<string, number>> = {
  ...{ G: 5, M: 5, L: 5, Q: 5, q: 5, E: 5, e: 5, c: 5, a: 1, F: 1, D: 3, W: 1, w: 2, S: 9 },
  ...{ d: 2, h: 2, H: 2, k: 2, K: 2, m: 2, s: 2, X: 5, x: 5, Z: 5 },
};

/** Java has them, but the texts that they stand for depend on more than is known here. */
const MISSING: Readonly<Record<string, string>> = {
  z: 'names of time zones',
  v: 'names of time zones',
  B: 'periods of the day',
  p: 'padding',
};

/**
 * What a Java date pattern, such as `dd/MMM/yyyy:HH:mm:ss Z`, reads.
 * @throws BadDateFormat
 */
export function parsePattern(pattern: string): Element {
  const into = new ElementBuilder();
  const parts = /([A-Za-z])\1*|'(?:[^']|'')*'|[^A-Za-z]/gy;
  for (const [part] of pattern.matchAll(parts)) {
    const first = part.charAt(0);
    if (/[A-Za-z]/.test(first)) addLetters(into, pattern, first, part.length);
    else if (part === "''") into.literal("'");
    else if (part.length > 1) into.literal(part.slice(1, -1).replaceAll("''", "'"));
    else if (first === "'")
      throw bad(pattern, `Pattern ends with an incomplete string literal: ${pattern}`);
    else if (first === '[') into.open(true);
    else if (first === ']') {
      if (into.depth === 0)
        throw bad(pattern, 'Pattern invalid as it contains ] without previous [');
      into.close();
    } else if (/[{}#]/.test(first)) {
      throw bad(pattern, `Pattern includes reserved character: '${first}'`);
    } else into.literal(first);
  }
  return into.build();
}

function bad(pattern: string, why: string): BadDateFormat {
  return new BadDateFormat(`Invalid format: [${pattern}]: ${why}`);
}

function addLetters(into: ElementBuilder, pattern: string, letter: string, count: number): void {
  const missing = MISSING[letter];
  if (missing !== undefined)
    throw bad(pattern, `${missing} (pattern letter ${letter}) are not supported`);
  if (count > (MOST[letter] ?? 19)) throw bad(pattern, `Too many pattern letters: ${letter}`);
  if (addZone(into, pattern, letter, count) || addText(into, letter, count)) return;
  const field = NUMBERS[letter];
  if (letter === 'S') {
    const fraction = { range: 1e9, point: false };
    into.number(f.NANO_OF_SECOND, count, count, 'never', { fraction });
  } else if (field === undefined) throw bad(pattern, `Unknown pattern letter: ${letter}`);
  else if (letter === 'c' && count === 2) throw bad(pattern, 'Invalid pattern "cc"');
  else addNumber(into, letter, field, count);
}

function addNumber(into: ElementBuilder, letter: string, field: number, count: number): void {
  if ('uyY'.includes(letter)) {
    // The first day of 2000 is in a week of 1999.
    const reduced = letter === 'Y' ? 1999 : 2000;
    if (count === 2) into.number(field, 2, 2, 'never', { reduced });
    else into.number(field, count, 19, count < 4 ? 'normal' : 'exceeds');
  } else if ('AnN'.includes(letter)) into.number(field, count, 19, 'never');
  else if (letter === 'g') into.number(field, count, 19, 'normal');
  else if (letter === 'w') into.number(field, count, 2, 'never');
  else if (letter === 'D' && count > 1) into.number(field, count, 3, 'never');
  else if (count === 1 && !'Wec'.includes(letter)) into.number(field, 1, 19, 'normal');
  else into.number(field, count, count, 'never');
}

/** Whether the letters stand for a name. */
function addText(into: ElementBuilder, letter: string, count: number): boolean {
  const texts = TEXTS[TEXT_LETTERS[letter] ?? letter];
  if (texts === undefined || (count < 3 && !'EGa'.includes(letter))) return false;
  // A standalone quarter has no names: a number stands for it.
  if (letter === 'q') into.number(texts.field, 1, 19, 'normal');
  else into.add({ kind: 'text', field: texts.field, names: texts.names[Math.max(count, 3) - 3]! });
  return true;
}

/** Whether the letters stand for a zone or an offset. */
function addZone(into: ElementBuilder, pattern: string, letter: string, count: number): boolean {
  const offset = (index: number, zero: string) =>
    into.add({ kind: 'offset', pattern: OFFSET_PATTERNS[index]!, zero });
  const index = count === 1 ? 1 : count + 1;
  if (letter === 'V') {
    if (count !== 2) throw bad(pattern, 'Pattern letter count must be 2: V');
    into.add({ kind: 'zone' });
  } else if (letter === 'O') {
    if (count !== 1 && count !== 4) throw bad(pattern, 'Pattern letter count must be 1 or 4: O');
    into.add({ kind: 'localized offset', full: count === 4 });
  } else if (letter === 'Z') {
    if (count < 4) offset(3, '+0000');
    else if (count === 5) offset(6, 'Z');
    else into.add({ kind: 'localized offset', full: true });
  } else if (letter === 'X') offset(index, 'Z');
  else if (letter === 'x')
    offset(index, count === 1 ? '+00' : count % 2 === 0 ? '+0000' : '+00:00');
  else return false;
  return true;
}
