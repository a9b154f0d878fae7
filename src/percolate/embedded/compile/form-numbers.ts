import {
  type NumberKind,
  type NumberSpan,
  type NumberValue,
  numberRange,
  numberTerm,
} from '../../../mapping/number-kinds.ts';
import { scaledRange, scaledTerm } from '../../../mapping/scaled-numbers.ts';
import type { Leaf, RangeLeaf } from '../../../query/ir.ts';
import { numberText, splitNumber } from './numbers.ts';
import { NONE, type Plan } from './plan.ts';
import { DOUBLE, FLOAT, FORM_NUMBER, LONG } from './term-class.ts';

/** The types of number that queries ask differently; the smallest are asked as `integer`. */
const CLASSES = {
  long: LONG,
  float: FLOAT,
  double: DOUBLE,
  half_float: FORM_NUMBER,
  integer: FORM_NUMBER,
  unsigned_long: FORM_NUMBER,
} as const satisfies Partial<Record<NumberKind, number>>;

type AskedKind = keyof typeof CLASSES;

/** A clause on numbers of this type. Patterns ask for none. */
export function compileNumber(leaf: Leaf, place: string | null, kind: AskedKind): Plan {
  switch (leaf.kind) {
    case 'match':
    case 'phrase':
      return numberEqual(leaf.text, place, kind);
    case 'term':
      return numberEqual(leaf.value, place, kind);
    case 'range':
      return numberBetween(leaf, place, kind);
    default:
      return NONE;
  }
}

/** The same where a field keeps whole numbers: its values times this factor. */
export function compileScaled(leaf: Leaf, place: string | null, factor: number): Plan {
  switch (leaf.kind) {
    case 'match':
    case 'phrase':
      return equal(scaledTerm(factor, leaf.text), place, FORM_NUMBER);
    case 'term':
      return equal(scaledTerm(factor, leaf.value), place, FORM_NUMBER);
    case 'range':
      return between(scaledRange(factor, leaf), place, FORM_NUMBER);
    default:
      return NONE;
  }
}

export function numberEqual(source: string, path: string | null, kind: AskedKind): Plan {
  return equal(numberTerm(kind, source), path, CLASSES[kind]);
}

function equal(value: NumberValue | null, path: string | null, termClass: number): Plan {
  return value === null ? NONE : { op: 'term', path, termClass, text: numberText(value) };
}

export function numberBetween(range: RangeLeaf, path: string | null, kind: AskedKind): Plan {
  return between(numberRange(kind, range), path, CLASSES[kind]);
}

function between(span: NumberSpan | null, path: string | null, termClass: number): Plan {
  if (span === null) return NONE;
  const [low, high] = [splitNumber(span.low), splitNumber(span.high)];
  const bounds = [low[0], low[1], high[0], high[1]] as const;
  return { op: 'range', path, termClass, bounds };
}
