import { dateFormats, timeZone } from '../date-readings.ts';
import { checkField, existsOf } from '../fields.ts';
import type { Ir } from '../ir.ts';
import { isObject } from '../json.ts';
import { COMMON, ignored, type ParameterTable, readParameters, used } from '../parameters.ts';
import { escapeWildcard } from '../query-string/query-string-text.ts';
import type { Clause } from './dsl-clause.ts';
import { ids } from './dsl-ids.ts';
import {
  booleanAt,
  choiceAt,
  fieldEntry,
  objectAt,
  scalarAt,
  syntax,
  textAt,
  unsupported,
} from './dsl-reader.ts';

function constant(query: Ir): Clause {
  return {
    parameters: COMMON,
    read(body, path) {
      readParameters(body, path, COMMON);
      return query;
    },
  };
}

const value = used(scalarAt);
const rewrite = ignored(textAt, 'how to score');

/**
 * A clause on one field with one value, in its short form `{"term": {"f": 1}}` or its long one.
 * @param names of the value in the long form
 */
function onValue<N extends string>(
  names: readonly N[],
  others: ParameterTable,
  make: (field: string, value: string, caseInsensitive: boolean) => Ir,
): Clause {
  const parameters: ParameterTable = {
    ...Object.fromEntries(names.map((name) => [name, value])),
    case_insensitive: used(booleanAt),
    ...others,
    ...COMMON,
  };
  return {
    parameters,
    read(body, path) {
      const [field, given] = fieldEntry(body, path);
      const at = `${path}.${field}`;
      checkField(field, { clause: at });
      if (!isObject(given)) return make(field, scalarAt(given, at), false);
      const values: Record<string, unknown> = readParameters(given, at, parameters);
      const found = names.map((name) => values[name]).find((one) => one !== undefined);
      if (found === undefined) throw syntax(at, `expected a [${names[0]}]`);
      return make(field, found as string, values['case_insensitive'] === true);
    },
  };
}

function pattern(field: string, text: string, caseInsensitive: boolean): Ir {
  // Lucene makes it of no characters, and then it is no text at all.
  if (caseInsensitive && text === '') return { kind: 'none' };
  const caseless = caseInsensitive ? { caseInsensitive } : {};
  return { kind: 'wildcard', field, pattern: text, normalize: false, ...caseless };
}

const term = onValue(['value', 'term'], {}, (field, text, caseInsensitive) => {
  const exact: Ir = { kind: 'term', field, value: text };
  if (!caseInsensitive) return exact;
  // In whatever case, a term is a pattern without wildcards: of the other types only booleans take it.
  const caseless = pattern(field, escapeWildcard(text), true);
  if (text !== 'true' && text !== 'false') return caseless;
  return { kind: 'or', clauses: [caseless, exact], atLeast: 1 };
});

const wildcard = onValue(['value', 'wildcard'], { rewrite }, pattern);

const prefix = onValue(['value', 'prefix'], { rewrite }, (field, text, caseInsensitive) =>
  pattern(field, `${escapeWildcard(text)}*`, caseInsensitive),
);

const terms: Clause = {
  parameters: COMMON,
  note: 'an array of values under the name of the field; a terms lookup is refused: it reads another index',
  read(body, path, { budget }) {
    const fields: Record<string, unknown> = {};
    const others: Record<string, unknown> = {};
    for (const [key, given] of Object.entries(objectAt(body, path))) {
      // A field of that name holds an array, a boost or a name never does.
      const isField = Array.isArray(given) || !Object.hasOwn(COMMON, key);
      (isField ? fields : others)[key] = given;
    }
    readParameters(others, path, COMMON);
    const [field, values] = fieldEntry(fields, path);
    const at = `${path}.${field}`;
    checkField(field, { clause: at });
    if (isObject(values)) {
      throw unsupported(at, 'a terms lookup', 'list the values: it would read another index');
    }
    if (!Array.isArray(values)) throw syntax(at, 'expected an array of values');
    const clauses = values.map((one: unknown, position): Ir => {
      if (position > 0) budget.leaf({ clause: at });
      return { kind: 'term', field, value: scalarAt(one, `${at}[${position}]`) };
    });
    return { kind: 'or', clauses, atLeast: 1 };
  },
};

function boundAt(given: unknown, path: string): string | null {
  return given === null ? null : scalarAt(given, path);
}

const bound = used(boundAt);
const flag = used(booleanAt);
const RELATIONS = ['intersects', 'contains', 'within'] as const;
const RANGE = {
  gt: bound,
  gte: bound,
  lt: bound,
  lte: bound,
  from: bound,
  to: bound,
  include_lower: flag,
  includeLower: flag,
  include_upper: flag,
  includeUpper: flag,
  relation: used(
    (given: unknown, path: string) => choiceAt(given, path, RELATIONS),
    'of fields that hold ranges; on values it says nothing',
  ),
  format: dateFormats,
  time_zone: timeZone,
  ...COMMON,
};

const range: Clause = {
  parameters: RANGE,
  read(body, path) {
    const [field, given] = fieldEntry(body, path);
    const at = `${path}.${field}`;
    checkField(field, { clause: at });
    const values = readParameters(given, at, RANGE);
    let lower: string | null = null;
    let upper: string | null = null;
    let includeLower = true;
    let includeUpper = true;
    // The last one counts, as they stand.
    for (const key of Object.keys(values) as (keyof typeof values)[]) {
      if (key === 'gt' || key === 'gte' || key === 'from') {
        lower = values[key] ?? null;
        if (key !== 'from') includeLower = key === 'gte';
      } else if (key === 'lt' || key === 'lte' || key === 'to') {
        upper = values[key] ?? null;
        if (key !== 'to') includeUpper = key === 'lte';
      } else if (key === 'include_lower' || key === 'includeLower') {
        includeLower = values[key] === true;
      } else if (key === 'include_upper' || key === 'includeUpper') {
        includeUpper = values[key] === true;
      }
    }
    const { format, time_zone: zone, relation } = values;
    return {
      kind: 'range',
      field,
      ...{ lower, upper, includeLower, includeUpper },
      normalize: false,
      ...(format !== undefined && { format }),
      ...(zone !== undefined && { timeZone: zone }),
      ...(relation !== undefined && relation !== 'intersects' && { relation }),
    };
  },
};

const EXISTS = { field: used(textAt), ...COMMON };

const exists: Clause = {
  parameters: EXISTS,
  read(body, path) {
    const { field } = readParameters(body, path, EXISTS);
    if (field === undefined) throw syntax(path, 'expected a [field]');
    return existsOf(field, { clause: path });
  },
};

/** Clauses on single terms and values. */
export const LEAVES: Readonly<Record<string, Clause>> = {
  match_all: constant({ kind: 'all' }),
  match_none: constant({ kind: 'none' }),
  term,
  terms,
  range,
  exists,
  ids,
  wildcard,
  prefix,
};
