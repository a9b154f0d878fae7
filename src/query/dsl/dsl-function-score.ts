import type { Ir } from '../ir.ts';
import { namesOnly } from '../names.ts';
import { COMMON, ignored, numberAt, readParameters, refused, used } from '../parameters.ts';
import type { Clause, Reading } from './dsl-clause.ts';
import { choiceAt, describe, objectAt, scalarAt, syntax, unsupported } from './dsl-reader.ts';

/** Functions that read a field fail where it is not as they need it: then nothing would match. */
const READS_FIELDS = 'it only scores; leave it out, what matches is the query';

const weight = used((value: unknown, path: string) => {
  if (numberAt(value, path) >= 0) return true;
  throw syntax(path, 'expected a weight from 0');
}, 'scores only');

const randomScore = used((value: unknown, path: string) => {
  for (const [key, given] of Object.entries(objectAt(value, path))) {
    if (key === 'seed') scalarAt(given, `${path}.${key}`);
    else if (key !== 'field' || given !== '_seq_no') {
      throw unsupported(`${path}.${key}`, `[${key}] here`, READS_FIELDS);
    }
  }
  return true;
}, 'scores only');

const FUNCTIONS = {
  weight,
  random_score: randomScore,
  field_value_factor: refused(READS_FIELDS),
  gauss: refused(READS_FIELDS),
  linear: refused(READS_FIELDS),
  exp: refused(READS_FIELDS),
  script_score: refused('scripts are not run; leave it out, what matches is the query'),
};

const raw = used((value: unknown) => value);

const ENTRY = { filter: raw, ...FUNCTIONS };

const FUNCTION_SCORE = {
  query: raw,
  functions: used((value: unknown) => value, 'read and checked; they only score'),
  ...FUNCTIONS,
  score_mode: ignored((value, path) =>
    choiceAt(value, path, ['multiply', 'first', 'avg', 'max', 'sum', 'min']),
  ),
  boost_mode: ignored((value, path) =>
    choiceAt(value, path, ['multiply', 'replace', 'sum', 'avg', 'min', 'max']),
  ),
  max_boost: ignored((value, path) => {
    if (!(numberAt(value, path) >= 0)) throw syntax(path, 'expected a boost from 0');
  }),
  min_score: ignored((value, path) => {
    // No score is below zero.
    if (numberAt(value, path) <= 0) return;
    throw unsupported(path, '[min_score] above 0', 'scores are not computed');
  }, 'only 0 or less: scores are not computed'),
  ...COMMON,
};

const functionScore: Clause = {
  parameters: FUNCTION_SCORE,
  nests: true,
  read(body, path, reading) {
    const values = readParameters(body, path, FUNCTION_SCORE);
    const { query = null, functions } = values;
    const single = values.weight === true || values.random_score === true;
    if (single && functions !== undefined) {
      throw syntax(path, 'expected either [functions] or a single function');
    }
    if (values.weight === true && values.random_score === true) {
      throw syntax(path, 'expected one function; several stand in [functions]');
    }
    const decides = query === null ? ALL : reading.clause(query, `${path}.query`);
    const filters =
      functions === undefined ? [] : filtersOf(functions, `${path}.functions`, reading);
    return { kind: 'and', clauses: [decides, ...namesOnly(filters)] };
  },
};

const ALL: Ir = { kind: 'all' };

function filtersOf(given: unknown, path: string, reading: Reading): Ir[] {
  if (!Array.isArray(given)) {
    throw syntax(path, `expected an array of functions, but found ${describe(given)}`);
  }
  return given.flatMap((entry: unknown, position): Ir[] => {
    const at = `${path}[${position}]`;
    const { filter = null, ...rest } = readParameters(entry, at, ENTRY);
    if (Object.keys(rest).length === 0) throw syntax(at, 'expected a function');
    return filter === null ? [] : [reading.clause(filter, `${at}.filter`)];
  });
}

/** Queries whose scores are changed by functions. */
export const FUNCTION_SCORES: Readonly<Record<string, Clause>> = { function_score: functionScore };
