import { describe, scalarAt, syntax } from '../dsl/dsl-reader.ts';
import { COMMON, numberAt, type Parameter } from '../parameters.ts';

const MOST = 2147483647;

/** A 32-bit integer, also as text; fractions are cut. */
export function intAt(value: unknown, path: string): number {
  const number = Math.trunc(Number(scalarAt(value, path)));
  if (Math.abs(number) <= MOST) return number + 0;
  throw syntax(path, `expected a whole number, but found ${describe(value)}`);
}

const boost: Parameter<number> = {
  effect: 'ignored',
  read(value, path) {
    const given = numberAt(value, path);
    if (given >= 0) return given;
    throw syntax(path, 'expected a boost from 0');
  },
  note: 'scores only; in another span clause it has to be 1',
};

/** What every span clause may have. */
export const SPAN_COMMON = { ...COMMON, boost };
