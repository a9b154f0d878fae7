import { EstromError } from '../../errors.ts';
import { arlasLeaf, OPERATORS, type Operator } from '../../query/arlas/arlas-leaves.ts';
import { checkField } from '../../query/fields.ts';
import type { Ir } from '../../query/ir.ts';
import { isObject } from '../../query/json.ts';
import { Budget, checkTextLength } from '../../query/limits.ts';
import { isDslText } from '../../query/parse-query.ts';
import { parseSubscriptionFilter } from '../matching/subscription-filter.ts';

/** How an answer looks in ARLAS; it says nothing of what is found. */
const FORM = new Set(['righthand']);

/**
 * Reads a row filter as it comes from outside: all that a subscription's filter may be, and the JSON that
 * ARLAS has in its `partition-filter` header, `{"f":[[{"field":"city","op":"eq","value":"Bordeaux"}]]}`, also
 * below the name of a collection.
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED, QUERY_LIMIT or BAD_JSON
 */
export function parseRowFilter(text: string): Ir {
  if (!isDslText(text)) return parseSubscriptionFilter(text);
  checkTextLength(text);
  const filter = partitionFilterOf(text);
  return filter === null ? parseSubscriptionFilter(text) : readPartitionFilter(filter);
}

type Members = Readonly<Record<string, unknown>>;

/** Null for what is no filter of ARLAS; its own reader says what is wrong with it. */
function partitionFilterOf(text: string): Members | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(json)) return null;
  if (isPartitionFilter(json)) return json;
  const filters = Object.values(json);
  if (filters.length === 0 || !filters.every(isPartitionFilter)) return null;
  if (filters.length === 1) return filters[0]!;
  throw bad(`it is for ${filters.length} collections, and which one is meant cannot be told`);
}

/** Lists in lists below `f` or `q`, which no query of the Query DSL has. */
function isPartitionFilter(value: unknown): value is Members {
  if (!isObject(value)) return false;
  const lists = [value['f'], value['q']].filter((list) => list !== undefined && list !== null);
  return (
    lists.length > 0 && lists.every((list) => Array.isArray(list) && list.every(Array.isArray))
  );
}

/** All of the outer list have to hold, of each inner one some. */
function readPartitionFilter({ f, q, dateformat, ...rest }: Members): Ir {
  const other = Object.keys(rest).find((name) => !FORM.has(name) && rest[name] !== null);
  if (other !== undefined) throw bad(`[${other}] is not supported; use f or q`);
  if (dateformat !== undefined && dateformat !== null && typeof dateformat !== 'string') {
    throw bad('[dateformat] must be a text');
  }
  const context = { budget: new Budget(), dateFormat: dateformat ?? undefined };
  const clauses = lists(f).map((inner) =>
    someOf(
      inner.map((one) => {
        const { field, op, value } = isObject(one) ? one : {};
        if (typeof field !== 'string' || typeof value !== 'string' || !isOperator(op)) {
          throw bad(`expected {"field":…,"op":…,"value":…}, but found ${JSON.stringify(one)}`);
        }
        checkField(field, {});
        return arlasLeaf({ field, operator: op, value }, context);
      }),
    ),
  );
  const texts = lists(q).map((inner) =>
    someOf(
      inner.map((one) => {
        if (typeof one !== 'string') throw bad(`expected a text, but found ${JSON.stringify(one)}`);
        return parseSubscriptionFilter(`q=${encodeURIComponent(one)}`);
      }),
    ),
  );
  return { kind: 'and', clauses: [...clauses, ...texts] };
}

function lists(value: unknown): readonly (readonly unknown[])[] {
  return (value ?? []) as readonly (readonly unknown[])[];
}

function someOf(clauses: readonly Ir[]): Ir {
  if (clauses.length === 0) throw bad('a list of alternatives is empty');
  return { kind: 'or', clauses, atLeast: 1 };
}

function isOperator(value: unknown): value is Operator {
  return OPERATORS.includes(value as Operator);
}

function bad(reason: string): EstromError {
  return new EstromError('QUERY_SYNTAX', `the partition filter: ${reason}`);
}
