import { EstromError } from '../../errors.ts';
import { analyzeStandard, lowerCase } from '../../mapping/standard-analyzer.ts';
import type { Clause, Reading } from '../dsl/dsl-clause.ts';
import {
  booleanAt,
  describe,
  fieldEntry,
  objectAt,
  syntax,
  textAt,
  unsupported,
} from '../dsl/dsl-reader.ts';
import { prefixLength } from '../dsl/dsl-terms.ts';
import { checkField } from '../fields.ts';
import { AUTO, FUZZINESS_NOTE, fuzzinessAt } from '../fuzziness.ts';
import { isObject } from '../json.ts';
import {
  COMMON,
  numberAt,
  type Parameter,
  readParameters,
  used,
  type Values,
} from '../parameters.ts';
import { analyzer } from '../query-analyzer.ts';
import { sourcesOf } from './build-sources.ts';
import {
  FILTER_RELATIONS,
  type FilterRelation,
  type IntervalFilter,
  type IntervalRule,
} from './intervals-ir.ts';
import { TooManySources } from './sources.ts';
import { wordedRules } from './walk-rules.ts';

/** Fields and analyzers that a clause may name besides its own field. */
const MAX_NAMES = 4;

/** Read once all members are known. */
const raw = (note: string): Parameter<unknown> => used((value: unknown) => value, note);

const useField = used((value: unknown, path: string) =>
  checkField(textAt(value, path), { clause: path }),
);

const MATCH = {
  query: used(textAt),
  max_gaps: used(gapsAt),
  ordered: used(booleanAt),
  analyzer,
  filter: raw(''),
  use_field: useField,
};
const PREFIX = { prefix: used(textAt), analyzer, use_field: useField };
const WILDCARD = { pattern: used(textAt), analyzer, use_field: useField };
const FUZZY = {
  term: used(textAt),
  fuzziness: used(fuzzinessAt),
  prefix_length: prefixLength,
  transpositions: used(booleanAt),
  analyzer,
  use_field: useField,
};
const ALL_OF = {
  intervals: raw(''),
  max_gaps: used(gapsAt),
  ordered: used(booleanAt),
  filter: raw(''),
};
const ANY_OF = { intervals: raw(''), filter: raw('') };

const RULES = {
  match: raw('`query`, `max_gaps`, `ordered`, `analyzer`, `use_field`, `filter`'),
  prefix: raw('`prefix`, `analyzer`, `use_field`'),
  wildcard: raw('`pattern`, `analyzer`, `use_field`'),
  fuzzy: raw(
    `\`term\`, \`fuzziness\` (${FUZZINESS_NOTE}), \`prefix_length\`, \`transpositions\`, \`analyzer\`, \`use_field\``,
  ),
  all_of: raw('`intervals`, `max_gaps`, `ordered`, `filter`'),
  any_of: raw('`intervals`, `filter`'),
};

type RuleName = keyof typeof RULES;

const INTERVALS = { ...RULES, ...COMMON };

const intervals: Clause = {
  parameters: INTERVALS,
  note: `one of these rules below the name of a field; a \`filter\` is a rule below ${FILTER_RELATIONS.map((name) => `\`${name}\``).join(', ')}, no \`script\``,
  read(body, path, reading) {
    const [field, given] = fieldEntry(body, path);
    const at = `${path}.${field}`;
    checkField(field, { clause: at });
    const rule = ruleIn(readParameters(given, at, INTERVALS), at, reading);
    checkNames(rule, field, at);
    checkSize(rule, field, at);
    return { kind: 'intervals', field, rule };
  },
};

/** The one rule among the members of an object. */
function ruleIn(values: Values<typeof INTERVALS>, path: string, reading: Reading): IntervalRule {
  const given = Object.keys(values).filter((name) => Object.hasOwn(RULES, name)) as RuleName[];
  const [name, second] = given;
  if (name === undefined) throw syntax(path, `expected one of ${Object.keys(RULES).join(', ')}`);
  if (second !== undefined) {
    throw syntax(path, `expected one rule, but found [${name}] and [${second}]`);
  }
  const at = `${path}.${name}`;
  reading.budget.leaf({ clause: at });
  return READ[name](values[name], at, reading);
}

const READ: Readonly<
  Record<RuleName, (given: unknown, path: string, reading: Reading) => IntervalRule>
> = {
  match(given, path, reading) {
    const values = readParameters(given, path, MATCH);
    const { query: text, ordered = false } = values;
    if (text === undefined) throw syntax(path, 'expected a [query] text');
    return {
      kind: 'match',
      text,
      ordered,
      ...gapsOf(values),
      ...wordedBy(values),
      ...filterOf(values, path, reading),
    };
  },
  prefix(given, path) {
    const { prefix: text, ...values } = readParameters(given, path, PREFIX);
    if (text === undefined) throw syntax(path, 'expected a [prefix]');
    return { kind: 'prefix', text, ...wordedBy(values) };
  },
  wildcard(given, path) {
    const { pattern, ...values } = readParameters(given, path, WILDCARD);
    if (pattern === undefined) throw syntax(path, 'expected a [pattern]');
    return { kind: 'wildcard', pattern, ...wordedBy(values) };
  },
  fuzzy(given, path) {
    const { term: text, fuzziness: edits = AUTO, ...values } = readParameters(given, path, FUZZY);
    if (text === undefined) throw syntax(path, 'expected a [term]');
    const { prefix_length: length = 0, transpositions = true } = values;
    return {
      kind: 'fuzzy',
      text,
      edits,
      prefixLength: length,
      transpositions,
      ...wordedBy(values),
    };
  },
  all_of(given, path, reading) {
    const values = readParameters(given, path, ALL_OF);
    const { ordered = false } = values;
    const rules = rulesOf(values, path, reading);
    return {
      kind: 'allOf',
      rules,
      ordered,
      ...gapsOf(values),
      ...filterOf(values, path, reading),
    };
  },
  any_of(given, path, reading) {
    const values = readParameters(given, path, ANY_OF);
    const rules = rulesOf(values, path, reading);
    return { kind: 'anyOf', rules, ...filterOf(values, path, reading) };
  },
};

function wordedBy(values: { analyzer?: string; use_field?: string }) {
  const { analyzer: name, use_field: field } = values;
  return {
    ...(name !== undefined && { analyzer: name }),
    ...(field !== undefined && { useField: field }),
  };
}

/** A whole number; of a fraction the rest is cut, as Elasticsearch does. */
function gapsAt(value: unknown, path: string): number {
  const gaps = Math.trunc(value === '' ? Number.NaN : numberAt(value, path));
  if (gaps === (gaps | 0)) return gaps | 0;
  throw syntax(path, `expected a whole number of 32 bits, but found ${describe(value)}`);
}

/** -1 is any number. */
function gapsOf({ max_gaps: gaps = -1 }: { max_gaps?: number }) {
  return gaps === -1 ? {} : { maxGaps: gaps };
}

function rulesOf(values: { intervals?: unknown }, path: string, reading: Reading): IntervalRule[] {
  const { intervals: given } = values;
  if (given === undefined) throw syntax(path, 'expected [intervals]');
  const at = `${path}.intervals`;
  reading.budget.enter({ clause: at });
  const rules = Array.isArray(given)
    ? given.map((one: unknown, i) => ruleAt(one, `${at}[${i}]`, reading))
    : [ruleAt(given, at, reading)];
  reading.budget.leave();
  return rules;
}

function ruleAt(value: unknown, path: string, reading: Reading): IntervalRule {
  return ruleIn(readParameters(value, path, RULES), path, reading);
}

function filterOf(
  values: { filter?: unknown },
  path: string,
  reading: Reading,
): { filter?: IntervalFilter } {
  if (values.filter === undefined) return {};
  const at = `${path}.filter`;
  const entries = Object.entries(objectAt(values.filter, at));
  const [first, second] = entries;
  if (first === undefined) throw syntax(at, `expected one of ${FILTER_RELATIONS.join(', ')}`);
  const [name, given] = first;
  if (second !== undefined) {
    throw syntax(at, `expected one relation, but found [${name}] and [${second[0]}]`);
  }
  const inside = `${at}.${name}`;
  if (name === 'script') {
    throw unsupported(inside, '[script]', `there are ${FILTER_RELATIONS.join(', ')}`);
  }
  const relation = FILTER_RELATIONS.find((one) => one === name.toLowerCase());
  if (relation === undefined) {
    throw syntax(inside, `expected one of ${FILTER_RELATIONS.join(', ')}, but found [${name}]`);
  }
  reading.budget.enter({ clause: inside });
  const rule = ruleAt(isObject(given) ? given : objectAt(given, inside), inside, reading);
  reading.budget.leave();
  return { filter: { relation: relation satisfies FilterRelation, rule } };
}

/** For each way in which an index can map these, the clause is another one. */
function checkNames(rule: IntervalRule, field: string, path: string): void {
  const names = new Set<string>();
  for (const { rule: one, found } of wordedRules(rule, field, field)) {
    if (found !== field) names.add(`field ${found}`);
    if (one.analyzer !== undefined) names.add(`analyzer ${one.analyzer}`);
  }
  if (names.size <= MAX_NAMES) return;
  throw new EstromError(
    'QUERY_LIMIT',
    `${path}: these intervals name ${names.size} other fields and analyzers; at most ${MAX_NAMES} are allowed`,
    { clause: path },
  );
}

/** Alternatives in rules that look at gaps are multiplied out, so that few of them may be many. */
function checkSize(rule: IntervalRule, field: string, path: string): void {
  try {
    sourcesOf(rule, field, {
      units: (text) => analyzeStandard(text).map((token) => ({ words: [token.text], gap: 0 })),
      pattern: (text) => lowerCase(text),
    });
  } catch (error) {
    if (!(error instanceof TooManySources)) throw error;
    throw new EstromError(
      'QUERY_LIMIT',
      `${path}: the alternatives in these intervals make too many combinations; give fewer of them, or no max_gaps around them`,
      { clause: path },
    );
  }
}

/** Clauses on how words follow each other. */
export const INTERVAL_CLAUSES: Readonly<Record<string, Clause>> = { intervals };
