import { scalarAt, syntax } from '../dsl/dsl-reader.ts';

/** Parts of the simple syntax, as the bits that Lucene has for them. */
export const AND = 1;
export const NOT = 2;
export const OR = 4;
export const PREFIX = 8;
export const PHRASE = 16;
export const PRECEDENCE = 32;
export const ESCAPE = 64;
export const WHITESPACE = 128;
export const FUZZY = 256;
export const NEAR = 512;
export const ALL_FLAGS = -1;

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['ALL', ALL_FLAGS],
  ['NONE', 0],
  ['AND', AND],
  ['NOT', NOT],
  ['OR', OR],
  ['PREFIX', PREFIX],
  ['PHRASE', PHRASE],
  ['PRECEDENCE', PRECEDENCE],
  ['ESCAPE', ESCAPE],
  ['WHITESPACE', WHITESPACE],
  ['FUZZY', FUZZY],
  ['NEAR', NEAR],
  ['SLOP', NEAR],
]);

/** Flags such as `AND|PREFIX`, or their number. `ALL` and `NONE` end the list. */
export function flagsAt(value: unknown, path: string): number {
  const text = scalarAt(value, path);
  if (typeof value !== 'string') {
    if (!/^-?\d{1,9}$/.test(text)) throw syntax(path, 'expected the names of flags or a number');
    return Number(text) < 0 ? ALL_FLAGS : Number(text);
  }
  if (text === '') return ALL_FLAGS;
  let flags = 0;
  for (const name of text.split('|')) {
    const flag = FLAGS.get(name.toUpperCase());
    if (flag === undefined) {
      throw syntax(path, `expected flags of ${[...FLAGS.keys()].join(', ')}, but found [${name}]`);
    }
    if (flag <= 0) return flag;
    flags |= flag;
  }
  return flags;
}
