import {
  booleanAt,
  countAt,
  fieldEntry,
  isInert,
  objectAt,
  scalarAt,
  syntax,
  textAt,
  unsupported,
} from './dsl-reader.ts';
import { checkField } from './fields.ts';
import type { Ir } from './ir.ts';
import { isObject } from './json.ts';
import type { Budget } from './limits.ts';
import { escapeWildcard } from './query-string-text.ts';

/** Reads the body of one clause of the Query DSL that holds no other clauses. */
export type LeafReader = (body: unknown, path: string, budget: Budget) => Ir;

const matchAll: LeafReader = (body, path) => inertOnly(body, path, { kind: 'all' });
const matchNone: LeafReader = (body, path) => inertOnly(body, path, { kind: 'none' });

function inertOnly(body: unknown, path: string, query: Ir): Ir {
  for (const [key, value] of Object.entries(objectAt(body, path))) {
    if (!isInert(key, value, `${path}.${key}`)) throw unknown(path, key);
  }
  return query;
}

const term: LeafReader = (body, path) => {
  const [field, value] = valueAt(body, path, ['value', 'term']);
  return { kind: 'term', field, value };
};

const wildcard: LeafReader = (body, path) => {
  const [field, pattern] = valueAt(body, path, ['value', 'wildcard', 'rewrite']);
  return { kind: 'wildcard', field, pattern, normalize: false };
};

const prefix: LeafReader = (body, path) => {
  const [field, value] = valueAt(body, path, ['value', 'prefix', 'rewrite']);
  return { kind: 'wildcard', field, pattern: `${escapeWildcard(value)}*`, normalize: false };
};

/**
 * Field and value of a clause on one field, in its short or long form.
 * @param names of the value in the long form; `rewrite` among them is ignored: it only decides how to score
 */
function valueAt(body: unknown, path: string, names: readonly string[]): [string, string] {
  const [field, given] = fieldEntry(body, path);
  const at = `${path}.${field}`;
  let value = isObject(given) ? undefined : given;
  if (isObject(given)) {
    for (const [key, member] of Object.entries(given)) {
      if (key === 'case_insensitive') {
        if (booleanAt(member, `${at}.${key}`)) throw unsupported(`${at}.${key}`, 'true');
      } else if (!names.includes(key)) {
        if (!isInert(key, member, `${at}.${key}`)) throw unknown(at, key);
      } else if (key !== 'rewrite') value = member;
    }
    if (value === undefined) throw syntax(at, 'expected a [value]');
  }
  return [checkField(field, { clause: at }), scalarAt(value, at)];
}

const terms: LeafReader = (body, path, budget) => {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(objectAt(body, path))) {
    // A field of that name holds an array, a boost or a name never does.
    if (Array.isArray(value) || !isInert(key, value, `${path}.${key}`)) fields[key] = value;
  }
  const [field, values] = fieldEntry(fields, path);
  const at = `${path}.${field}`;
  checkField(field, { clause: at });
  if (isObject(values)) throw unsupported(at, 'a terms lookup');
  if (!Array.isArray(values)) throw syntax(at, 'expected an array of values');
  const clauses = values.map((value: unknown, position): Ir => {
    budget.leaf({ clause: at });
    return { kind: 'term', field, value: scalarAt(value, `${at}[${position}]`) };
  });
  return { kind: 'or', clauses, atLeast: 1 };
};

const match: LeafReader = (body, path) => {
  const [field, given] = fieldEntry(body, path);
  const at = `${path}.${field}`;
  checkField(field, { clause: at });
  let operator: 'or' | 'and' = 'or';
  const text = analysed(given, at, (key, value) => {
    if (key === 'operator') operator = operatorAt(value, `${at}.${key}`);
    else if (key === 'lenient') booleanAt(value, `${at}.${key}`);
    else return false;
    return true;
  });
  return { kind: 'match', field, text, operator };
};

const matchPhrase: LeafReader = (body, path) => {
  const [field, given] = fieldEntry(body, path);
  const at = `${path}.${field}`;
  checkField(field, { clause: at });
  let slop = 0;
  const text = analysed(given, at, (key, value) => {
    if (key !== 'slop') return false;
    slop = countAt(value, `${at}.${key}`);
    return true;
  });
  return { kind: 'phrase', field, text, slop };
};

/** The short and the long form of a clause on analysed text. */
function analysed(
  given: unknown,
  path: string,
  read: (key: string, value: unknown) => boolean,
): string {
  if (!isObject(given)) return scalarAt(given, path);
  let text: string | undefined;
  for (const [key, value] of Object.entries(given)) {
    const at = `${path}.${key}`;
    if (key === 'query') text = scalarAt(value, at);
    else if (key === 'zero_terms_query') {
      if (textAt(value, at).toLowerCase() !== 'none') throw unsupported(at, `[${value}]`);
    } else if (key === 'auto_generate_synonyms_phrase_query') booleanAt(value, at);
    else if (!read(key, value) && !isInert(key, value, at)) throw unknown(path, key);
  }
  if (text === undefined) throw syntax(path, 'expected a [query] text');
  return text;
}

/** @returns the operator of a `match` or `query_string` clause */
export function operatorAt(value: unknown, path: string): 'or' | 'and' {
  const operator = textAt(value, path).toLowerCase();
  if (operator === 'or' || operator === 'and') return operator;
  throw syntax(path, `expected [or] or [and], but found [${operator}]`);
}

const range: LeafReader = (body, path) => {
  const [field, given] = fieldEntry(body, path);
  const at = `${path}.${field}`;
  checkField(field, { clause: at });
  let lower: string | null = null;
  let upper: string | null = null;
  let includeLower = true;
  let includeUpper = true;
  for (const [key, value] of Object.entries(objectAt(given, at))) {
    const here = `${at}.${key}`;
    switch (key) {
      case 'gt':
      case 'gte':
      case 'from':
        lower = boundAt(value, here);
        if (key !== 'from') includeLower = key === 'gte';
        break;
      case 'lt':
      case 'lte':
      case 'to':
        upper = boundAt(value, here);
        if (key !== 'to') includeUpper = key === 'lte';
        break;
      case 'include_lower':
      case 'includeLower':
        includeLower = booleanAt(value, here);
        break;
      case 'include_upper':
      case 'includeUpper':
        includeUpper = booleanAt(value, here);
        break;
      default:
        if (!isInert(key, value, here)) throw unknown(at, key);
    }
  }
  return { kind: 'range', field, lower, upper, includeLower, includeUpper, normalize: false };
};

function boundAt(value: unknown, path: string): string | null {
  return value === null ? null : scalarAt(value, path);
}

const exists: LeafReader = (body, path) => {
  let field: string | undefined;
  for (const [key, value] of Object.entries(objectAt(body, path))) {
    if (key === 'field') field = textAt(value, `${path}.${key}`);
    else if (!isInert(key, value, `${path}.${key}`)) throw unknown(path, key);
  }
  if (field === undefined) throw syntax(path, 'expected a [field]');
  return { kind: 'exists', field: checkField(field, { clause: path }) };
};

export function unknown(path: string, key: string): ReturnType<typeof unsupported> {
  return unsupported(`${path}.${key}`, `[${key}]`);
}

export const LEAVES: ReadonlyMap<string, LeafReader> = new Map([
  ['match_all', matchAll],
  ['match_none', matchNone],
  ['term', term],
  ['terms', terms],
  ['match', match],
  ['match_phrase', matchPhrase],
  ['range', range],
  ['exists', exists],
  ['wildcard', wildcard],
  ['prefix', prefix],
]);
