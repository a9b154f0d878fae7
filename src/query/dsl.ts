import { LEAVES, operatorAt, unknown } from './dsl-leaves.ts';
import {
  booleanAt,
  countAt,
  describe,
  isInert,
  objectAt,
  scalarAt,
  syntax,
  textAt,
  unsupported,
} from './dsl-reader.ts';
import { checkField } from './fields.ts';
import type { Ir } from './ir.ts';
import { isJsonNumber } from './json.ts';
import { Budget } from './limits.ts';
import { minimumShouldMatch } from './minimum-should-match.ts';
import { parseQueryString, type QueryStringOptions } from './query-string.ts';

/**
 * Parses Elasticsearch's Query DSL: a `_search` body with a `query` and nothing else, or the bare
 * clause. Numbers may be plain or keep their source (see `parseJson`).
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED or QUERY_LIMIT; `clause` is the path of the
 *   trouble, such as `query.bool.must[1].fuzzy`
 */
export function parseDsl(input: unknown, budget: Budget = new Budget()): Ir {
  const body = objectAt(input, 'query');
  if (!Object.hasOwn(body, 'query')) return clauseAt(body, 'query', budget);
  for (const key of Object.keys(body)) {
    if (key !== 'query') throw unsupported(key, `[${key}] beside a query`);
  }
  return clauseAt(body['query'], 'query', budget);
}

function clauseAt(value: unknown, path: string, budget: Budget): Ir {
  const entries = Object.entries(objectAt(value, path));
  const [first, second] = entries;
  if (first === undefined) throw syntax(path, 'query malformed, empty clause found');
  const [name, body] = first;
  const at = `${path}.${name}`;
  if (second !== undefined) {
    throw syntax(
      path,
      `[${name}] malformed query, expected one clause but found [${second[0]}] too`,
    );
  }
  const leaf = LEAVES.get(name);
  if (leaf !== undefined) {
    // The leaves of terms are counted by its reader.
    if (name !== 'terms') budget.leaf({ clause: at });
    return leaf(body, at, budget);
  }
  budget.enter({ clause: at });
  const query = compound(name, body, at, budget);
  budget.leave();
  return query;
}

function compound(name: string, body: unknown, path: string, budget: Budget): Ir {
  switch (name) {
    case 'bool':
      return boolAt(body, path, budget);
    case 'constant_score':
      return constantScoreAt(body, path, budget);
    case 'query_string':
      return queryStringAt(body, path, budget);
    default:
      throw unsupported(path, `the query [${name}]`);
  }
}

function boolAt(body: unknown, path: string, budget: Budget): Ir {
  const required: Ir[] = [];
  const excluded: Ir[] = [];
  const should: Ir[] = [];
  let minimum: string | null = null;
  for (const [key, value] of Object.entries(objectAt(body, path))) {
    const at = `${path}.${key}`;
    if (key === 'must' || key === 'filter') required.push(...clausesAt(value, at, budget));
    else if (key === 'must_not') {
      for (const clause of clausesAt(value, at, budget)) excluded.push({ kind: 'not', clause });
    } else if (key === 'should') should.push(...clausesAt(value, at, budget));
    else if (key === 'minimum_should_match') minimum = minimumAt(value, at);
    else if (key === 'adjust_pure_negative') {
      if (!booleanAt(value, at)) throw unsupported(at, 'false');
    } else if (!isInert(key, value, at)) throw unknown(path, key);
  }
  if (required.length + excluded.length + should.length === 0) return { kind: 'all' };
  // Elasticsearch forgets the minimum of a bool that only excludes.
  const asked =
    minimum === null || required.length + should.length === 0
      ? 0
      : minimumShouldMatch(minimum, should.length, `${path}.minimum_should_match`);
  const clauses = [...required, ...excluded];
  if (asked > 0) clauses.push({ kind: 'or', clauses: should, atLeast: asked });
  else if (should.length > 0 && required.length === 0) {
    clauses.push({ kind: 'or', clauses: should, atLeast: 1 });
  }
  return { kind: 'and', clauses };
}

function clausesAt(value: unknown, path: string, budget: Budget): Ir[] {
  if (!Array.isArray(value)) return [clauseAt(value, path, budget)];
  return value.map((clause: unknown, position) => clauseAt(clause, `${path}[${position}]`, budget));
}

function minimumAt(value: unknown, path: string): string | null {
  if (value === null) return null;
  if (typeof value === 'boolean') throw syntax(path, `found ${describe(value)}`);
  return scalarAt(value, path);
}

function constantScoreAt(body: unknown, path: string, budget: Budget): Ir {
  let query: Ir | undefined;
  for (const [key, value] of Object.entries(objectAt(body, path))) {
    if (key === 'filter') query = clauseAt(value, `${path}.${key}`, budget);
    else if (!isInert(key, value, `${path}.${key}`)) throw unknown(path, key);
  }
  if (query === undefined) throw syntax(path, 'requires a [filter] element');
  return query;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function queryStringAt(body: unknown, path: string, budget: Budget): Ir {
  let text: string | undefined;
  const options: Writable<QueryStringOptions> = { budget, clause: path };
  for (const [key, value] of Object.entries(objectAt(body, path))) {
    const at = `${path}.${key}`;
    switch (key) {
      case 'query':
        text = scalarAt(value, at);
        break;
      case 'default_field':
        if (options.fromFields) throw syntax(at, 'give either [default_field] or [fields]');
        if (value !== null) options.defaultField = fieldAt(textAt(value, at), at);
        break;
      case 'fields':
        if (options.defaultField !== undefined) {
          throw syntax(at, 'give either [default_field] or [fields]');
        }
        options.defaultField = onlyField(value, at);
        options.fromFields = true;
        break;
      case 'default_operator':
        options.defaultOperator = operatorAt(value, at);
        break;
      case 'phrase_slop':
        options.phraseSlop = countAt(value, at);
        break;
      case 'type':
        if (textAt(value, at) !== 'best_fields') throw unsupported(at, describe(value));
        break;
      // These change errors, scores or clauses that are refused anyway.
      case 'lenient':
      case 'analyze_wildcard':
      case 'allow_leading_wildcard':
      case 'auto_generate_synonyms_phrase_query':
        booleanAt(value, at);
        break;
      case 'tie_breaker':
        if (!isJsonNumber(value) && typeof value !== 'number')
          throw syntax(at, 'expected a number');
        break;
      default:
        if (!isInert(key, value, at)) throw unknown(path, key);
    }
  }
  if (text === undefined) throw syntax(path, 'requires a [query] text');
  return parseQueryString(text, options);
}

function fieldAt(field: string, path: string): string {
  return field === '*' ? field : checkField(field, { clause: path });
}

function onlyField(value: unknown, path: string): string {
  const fields = Array.isArray(value) ? (value as unknown[]) : [value];
  if (fields.length !== 1) throw unsupported(path, 'more or less than one field');
  const field = textAt(fields[0], path);
  const boost = field.indexOf('^');
  return fieldAt(boost === -1 ? field : field.slice(0, boost), path);
}
