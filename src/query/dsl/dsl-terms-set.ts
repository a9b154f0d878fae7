import { checkField } from '../fields.ts';
import type { Ir } from '../ir.ts';
import { COMMON, readParameters, refused, used } from '../parameters.ts';
import type { Clause } from './dsl-clause.ts';
import { describe, fieldEntry, scalarAt, syntax, textAt } from './dsl-reader.ts';

const TERMS_SET = {
  terms: used(termsAt),
  minimum_should_match_field: used(
    textAt,
    'a field of numbers that is indexed; of several the least counts',
  ),
  minimum_should_match_script: refused('scripts are not run; put the number into the documents'),
  ...COMMON,
};

function termsAt(value: unknown, path: string): readonly string[] {
  if (!Array.isArray(value)) {
    throw syntax(path, `expected an array of values, but found ${describe(value)}`);
  }
  return value.map((one: unknown, position) => scalarAt(one, `${path}[${position}]`));
}

const termsSet: Clause = {
  parameters: TERMS_SET,
  read(body, path, { budget }) {
    const [field, given] = fieldEntry(body, path);
    const at = `${path}.${field}`;
    checkField(field, { clause: at });
    const values = readParameters(given, at, TERMS_SET);
    const { terms = [], minimum_should_match_field: minimum } = values;
    if (minimum === undefined) throw syntax(at, 'expected a [minimum_should_match_field]');
    checkField(minimum, { clause: `${at}.minimum_should_match_field` });
    for (let further = 1; further < 2 * terms.length; further++) budget.leaf({ clause: at });
    return asMany(field, terms, minimum);
  },
};

/**
 * As many of the values as another field says. That field is below 2, below 3, … so that the more of these hold, the
 * fewer values are asked: both together have to be one more than there are values.
 */
function asMany(field: string, values: readonly string[], minimum: string): Ir {
  const terms = values.map((value): Ir => ({ kind: 'term', field, value }));
  const below = values.map((_, position): Ir => numberBelow(minimum, position + 2));
  const isNumber: Ir = { kind: 'mapped', fields: [minimum], among: 'numbers', atLeast: 1 };
  const counted: Ir = { kind: 'or', clauses: [...terms, ...below], atLeast: values.length + 1 };
  return { kind: 'and', clauses: [counted, isNumber] };
}

function numberBelow(field: string, bound: number): Ir {
  const bounds = { lower: null, upper: String(bound), includeLower: true, includeUpper: false };
  return { kind: 'range', field, ...bounds, normalize: false };
}

/** Terms of which each document says how many it takes. */
export const TERMS_SETS: Readonly<Record<string, Clause>> = { terms_set: termsSet };
