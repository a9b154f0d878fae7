import { type Element, ElementBuilder } from './elements.ts';
import * as f from './fields.ts';

const FIELDS: Readonly<Record<string, number>> = {
  u: f.YEAR,
  y: f.YEAR_OF_ERA,
  M: f.MONTH_OF_YEAR,
  d: f.DAY_OF_MONTH,
  D: f.DAY_OF_YEAR,
  H: f.HOUR_OF_DAY,
  m: f.MINUTE_OF_HOUR,
  s: f.SECOND_OF_MINUTE,
  Y: f.WEEK_BASED_YEAR,
  W: f.WEEK_OF_WEEK_BASED_YEAR,
  e: f.DAY_OF_WEEK,
  J: f.LOCAL_WEEK_BASED_YEAR,
  K: f.LOCAL_WEEK_OF_YEAR,
  L: f.LOCAL_DAY_OF_WEEK,
  E: f.EPOCH_SECONDS,
  P: f.EPOCH_MILLIS,
};

const FRACTIONS: Readonly<Record<string, { field: number; range: number; point: boolean }>> = {
  '.': { field: f.NANO_OF_SECOND, range: 1e9, point: true },
  S: { field: f.NANO_OF_SECOND, range: 1e9, point: false },
  N: { field: f.EPOCH_NANOS_OF_SECOND, range: 1e9, point: true },
  Q: { field: f.EPOCH_NANOS_OF_MILLI, range: 1e6, point: true },
};

/** What stands at an end: a letter each. */
const MARKS: Readonly<Record<string, Element>> = {
  z: { kind: 'zone' },
  o: { kind: 'offset', pattern: '+HHmm', zero: 'Z' },
  O: { kind: 'offset', pattern: '+HH:MM', zero: 'Z' },
  '~': { kind: 'any case' },
};

const PART = /'([^']*)'|([()[\]zoO~])|([.SNQ])(\d),(\d)|([A-Za-z])(\d+)?(?:,(\d+)([-+])?)?/gy;

/**
 * Reads the notation of `named-formats.ts`, which is close to Java's patterns: letters of fields with
 * their fewest and most digits (`H2`: exactly two; `u4,10+`: with a sign when there are more than four;
 * `u1,9-`: maybe below 0; a letter alone: any number), fractions (`.1,9` with a point, `S1,9` without),
 * literals in quotes, `[optional]` and `(group)`: numbers on both sides of a group's edge do not give
 * each other digits.
 */
export function parseNotation(notation: string): Element {
  const into = new ElementBuilder();
  for (const match of notation.matchAll(PART)) {
    const [, literal, mark, fraction, least, most, letter, min, max, sign] = match;
    if (literal !== undefined) into.literal(literal);
    else if (mark === '(' || mark === '[') into.open(mark === '[');
    else if (mark === ')' || mark === ']') into.close();
    else if (mark !== undefined) into.add(MARKS[mark]!);
    else if (fraction !== undefined) {
      const { field, range, point } = FRACTIONS[fraction]!;
      const [from, to] = [Number(least), Number(most)];
      const element = { kind: 'number', field, min: from, max: to, sign: 'never' } as const;
      into.add({ ...element, behind: 0, fraction: { range, point } });
    } else if (min === undefined) into.number(FIELDS[letter!]!, 1, 19, 'normal');
    else {
      const signed = sign === '+' ? 'exceeds' : sign === '-' ? 'normal' : 'never';
      into.number(FIELDS[letter!]!, Number(min), Number(max ?? min), signed);
    }
  }
  return into.build();
}
