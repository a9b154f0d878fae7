import type { Ir } from '../ir.ts';
import { isObject } from '../json.ts';
import { Budget } from '../limits.ts';
import type { Reading } from './dsl-clause.ts';
import { CLAUSES } from './dsl-clauses.ts';
import { objectAt, syntax, unknownName, unsupported } from './dsl-reader.ts';
import { REFUSED } from './dsl-refused.ts';

/**
 * Parses Elasticsearch's Query DSL: a `_search` body with a `query` and nothing else, or the bare
 * clause. Numbers may be plain or keep their source (see `parseJson`).
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED or QUERY_LIMIT; `clause` is the path of the
 *   trouble, such as `query.bool.must[1].fuzzy`
 */
export function parseDsl(input: unknown, budget: Budget = new Budget()): Ir {
  const reading: Reading = { budget, clause: (value, path) => clauseAt(value, path, reading) };
  const body = objectAt(input, 'query');
  if (!Object.hasOwn(body, 'query')) return clauseAt(body, 'query', reading);
  for (const key of Object.keys(body)) {
    if (key !== 'query') throw unsupported(key, `[${key}] beside a query`);
  }
  return clauseAt(body['query'], 'query', reading);
}

function clauseAt(value: unknown, path: string, reading: Reading): Ir {
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
  const clause = CLAUSES.get(name);
  if (clause === undefined) throw refusal(name, at);
  const { budget } = reading;
  const isLeaf = clause.nests !== true;
  if (isLeaf) budget.leaf({ clause: at });
  else budget.enter({ clause: at });
  const query = clause.read(body, at, reading);
  if (!isLeaf) budget.leave();
  const given = nameOf(body, isLeaf);
  return given === undefined ? query : { kind: 'named', name: given, clause: query };
}

/** The `_name` of a clause: beside its parameters, which may stand below the name of its field. */
function nameOf(body: unknown, mayNameField: boolean): string | undefined {
  if (!isObject(body)) return undefined;
  if (typeof body['_name'] === 'string') return body['_name'];
  if (!mayNameField) return undefined;
  return Object.values(body)
    .map((value) => nameOf(value, false))
    .find((name) => name !== undefined);
}

function refusal(name: string, path: string): ReturnType<typeof unsupported> {
  if (REFUSED.has(name)) return unsupported(path, `the query [${name}]`, REFUSED.get(name));
  return unknownName(path, `the query [${name}]`, name, [...CLAUSES.keys()].sort());
}
