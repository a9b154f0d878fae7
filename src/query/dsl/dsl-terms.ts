import { checkField } from '../fields.ts';
import { AUTO, editsFor, FUZZINESS_NOTE, fuzzinessAt } from '../fuzziness.ts';
import type { RegexpLeaf } from '../ir.ts';
import { isObject } from '../json.ts';
import { COMMON, ignored, numberAt, readParameters, used } from '../parameters.ts';
import { checkRegexp } from '../regexp/compile-regexp.ts';
import * as R from '../regexp/syntax.ts';
import type { Clause } from './dsl-clause.ts';
import {
  booleanAt,
  choiceAt,
  countAt,
  fieldEntry,
  scalarAt,
  syntax,
  textAt,
} from './dsl-reader.ts';

const rewrite = ignored(textAt, 'how to score');

/** How many characters have to be the same; fractions are cut. */
export const prefixLength = used((value: unknown, path: string) => {
  const length = Math.trunc(numberAt(value, path));
  if (length < 0) throw syntax(path, 'expected a whole number from 0');
  return length;
});

/** One document never has more terms than one, so that none is left out. */
export const maxExpansions = ignored((value: unknown, path: string) => {
  if (Math.trunc(numberAt(value, path)) < 1) throw syntax(path, 'expected a whole number from 1');
}, 'a document in which one term is near enough matches');

const FLAGS: Readonly<Record<string, number>> = {
  INTERSECTION: R.INTERSECTION,
  COMPLEMENT: R.COMPLEMENT,
  EMPTY: R.EMPTY,
  ANYSTRING: R.ANYSTRING,
  INTERVAL: R.INTERVAL,
  NONE: 0,
  ALL: R.ALL_OPERATORS,
};

/** Names of operators with `|` between them; none is all. */
function flagsAt(value: unknown, path: string): number {
  const text = textAt(value, path);
  if (text === '') return R.ALL_OPERATORS;
  const names = text.split('|').filter((name) => name !== '');
  return names.reduce((flags, name) => {
    const known = choiceAt(
      name,
      path,
      Object.keys(FLAGS).map((one) => one.toLowerCase()),
    );
    return flags | FLAGS[known.toUpperCase()]!;
  }, 0);
}

const REGEXP = {
  value: used(scalarAt),
  flags: used(
    flagsAt,
    'names with `|` between them: `INTERSECTION`, `COMPLEMENT`, `EMPTY`, `ANYSTRING`, `INTERVAL`, `NONE`, `ALL`',
  ),
  flags_value: used((value: unknown, path: string) => countAt(value, path) & R.ALL_OPERATORS),
  case_insensitive: used(booleanAt),
  max_determinized_states: ignored(numberAt, 'an automaton has at most 10000 states'),
  rewrite,
  ...COMMON,
};

const regexp: Clause = {
  parameters: REGEXP,
  note: "Lucene's syntax, of whole terms; at most 1000 characters",
  read(body, path, { budget }) {
    const [field, given] = fieldEntry(body, path);
    const at = `${path}.${field}`;
    checkField(field, { clause: at });
    const values = isObject(given)
      ? readParameters(given, at, REGEXP)
      : { value: scalarAt(given, at) };
    if (values.value === undefined) throw syntax(at, 'expected a [value]');
    const leaf: RegexpLeaf = {
      kind: 'regexp',
      field,
      pattern: values.value,
      flags: values.flags ?? values.flags_value ?? R.ALL_OPERATORS,
      caseInsensitive: values.case_insensitive ?? false,
    };
    checkRegexp(leaf, budget, { clause: at });
    return leaf;
  },
};

const FUZZY = {
  value: used(scalarAt),
  term: used(scalarAt),
  fuzziness: used(fuzzinessAt, FUZZINESS_NOTE),
  prefix_length: prefixLength,
  max_expansions: maxExpansions,
  transpositions: used(booleanAt),
  rewrite,
  ...COMMON,
};

const fuzzy: Clause = {
  parameters: FUZZY,
  read(body, path) {
    const [field, given] = fieldEntry(body, path);
    const at = `${path}.${field}`;
    checkField(field, { clause: at });
    const values = isObject(given)
      ? readParameters(given, at, FUZZY)
      : { value: scalarAt(given, at) };
    const text = values.value ?? values.term;
    if (text === undefined) throw syntax(at, 'expected a [value]');
    return {
      kind: 'fuzzy',
      field,
      text,
      edits: editsFor(values.fuzziness ?? AUTO, text),
      prefixLength: values.prefix_length ?? 0,
      transpositions: values.transpositions ?? true,
      normalize: false,
    };
  },
};

/** Clauses on terms that are like a text, not equal to it. */
export const TERM_CLAUSES: Readonly<Record<string, Clause>> = { regexp, fuzzy };
