import { EstromError } from '../../errors.ts';
import { mayBeDate } from '../date-readings.ts';
import { type FieldList, inAny } from '../field-list.ts';
import { fieldPattern } from '../field-patterns.ts';
import { checkField, existsOf, metadataCovered } from '../fields.ts';
import type { Ir } from '../ir.ts';
import type { Budget, Place } from '../limits.ts';
import { parseQueryString } from '../query-string/query-string.ts';
import {
  hasWildcard,
  isNull,
  isStar,
  type KqlLiteral,
  type KqlNode,
  literalText,
} from './kql-tree.ts';

export interface KqlReading {
  readonly budget: Budget;
  /** The path of the clause that the text stands in, for errors. */
  readonly clause?: string;
  /** Of dates that name none. */
  readonly timeZone?: string;
  /** Of the nested objects around. */
  readonly path?: string;
}

type Is = Extract<KqlNode, { readonly kind: 'is' }>;
type Nested = Extract<KqlNode, { readonly kind: 'nested' }>;
type Range = Extract<KqlNode, { readonly kind: 'range' }>;

/** Every field, as those clauses have it that name none. */
const NO_FIELD: FieldList = [null];

/**
 * What Kibana asks Elasticsearch for such a query: values are looked for by `match` and `match_phrase`, those
 * with wildcards by a `query_string` on their field.
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED or QUERY_LIMIT with the `offset` of the trouble
 */
export function kqlMeaning(node: KqlNode, reading: KqlReading): Ir {
  switch (node.kind) {
    case 'and':
      return { kind: 'and', clauses: node.nodes.map((one) => kqlMeaning(one, reading)) };
    case 'or':
      return { kind: 'or', clauses: node.nodes.map((one) => kqlMeaning(one, reading)), atLeast: 1 };
    case 'not':
      return { kind: 'not', clause: kqlMeaning(node.node, reading) };
    case 'nested':
      return nested(node, reading);
    case 'is':
      return is(node, reading);
    case 'range':
      return range(node, reading);
  }
}

function nested({ path: given, node }: Nested, reading: KqlReading): Ir {
  const name = literalText(given);
  const place = placeOf(given, reading);
  if (name === '') throw syntax(place, 'the path of nested objects cannot be empty');
  if (hasWildcard(given)) {
    throw unsupported(place, `the path of nested objects has no wildcards: [${name}]`);
  }
  const path = reading.path === undefined ? name : `${reading.path}.${name}`;
  return { kind: 'nested', path, clause: kqlMeaning(node, { ...reading, path }) };
}

function is({ field, value }: Is, reading: KqlReading): Ir {
  const place = placeOf(value, reading);
  const named = field === null || isNull(field) ? null : field;
  const isEvery = named === null || isStar(named);
  if (named === null && reading.path !== undefined) {
    throw unsupported(place, 'inside of { } a value needs a field before it');
  }
  const fields = named === null ? NO_FIELD : fieldsOf(named, reading);
  for (const _ of fields) reading.budget.leaf(place);
  if (isStar(value)) {
    if (isEvery) return { kind: 'all' };
    return existsOf(wholeName(named, reading), placeOf(named, reading));
  }
  if (hasWildcard(value)) return pattern(value, named === null ? undefined : fields, reading);
  if (isNull(value)) {
    const advice = 'write [not field: *] for documents without the field, or quote it for the word';
    throw syntax(place, `null is no value to look for; ${advice}`);
  }
  const text = literalText(value);
  const isZoned = named !== null && reading.timeZone !== undefined && mayBeDate(text);
  const zone = isZoned ? { timeZone: reading.timeZone! } : {};
  return inAny(fields, (one): Ir => {
    if (value.isQuoted) return { kind: 'phrase', field: one, text, slop: 0, ...zone };
    return { kind: 'match', field: one, text, operator: 'or', ...zone };
  });
}

/** @param fields undefined where none is named */
function pattern(value: KqlLiteral, fields: FieldList | undefined, reading: KqlReading): Ir {
  const { budget, clause } = reading;
  // Words are not escaped, and so `\and` is an operator there, as in Kibana.
  const text = value.parts.map(escapeSigns).join('*');
  try {
    return parseQueryString(text, {
      budget,
      ...(clause !== undefined && { clause }),
      ...(fields !== undefined && { fields }),
    });
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    // Its offset is one of the text that was made.
    const place = placeOf(value, reading);
    const reason = error.message.replace(/ \(offset \d+\)$/, '');
    const why = `with wildcards, [${literalText(value)}] is read as a query string`;
    throw new EstromError(error.code, `${why}: ${reason} (offset ${place.offset})`, {
      ...error.details,
      ...place,
    });
  }
}

function range({ field, operator, value }: Range, reading: KqlReading): Ir {
  const fields = fieldsOf(field, reading);
  for (const _ of fields) reading.budget.leaf(placeOf(field, reading));
  const bound = isNull(value) ? null : literalText(value);
  const isLower = operator === 'gt' || operator === 'gte';
  const isZoned = bound !== null && mayBeDate(bound) && reading.timeZone !== undefined;
  return inAny(fields, (one): Ir => {
    return {
      kind: 'range',
      field: one,
      lower: isLower ? bound : null,
      upper: isLower ? null : bound,
      includeLower: operator !== 'gt',
      includeUpper: operator !== 'lt',
      normalize: false,
      ...(isZoned && { timeZone: reading.timeZone! }),
    };
  });
}

/** A name with wildcards is every field that it covers. */
function fieldsOf(field: KqlLiteral, reading: KqlReading): FieldList {
  const place = placeOf(field, reading);
  const name = wholeName(field, reading);
  if (literalText(field) === '') throw syntax(place, "a field's name cannot be empty");
  if (!hasWildcard(field)) return [checkField(name, place)];
  if (field.parts.some((part) => part.includes('*'))) {
    throw unsupported(place, `a name with both wildcards and \\* is not supported: [${name}]`);
  }
  const covered = fieldPattern(name);
  return covered === null ? NO_FIELD : [covered, ...metadataCovered(covered)];
}

/** Below nested objects, names begin with their path. */
function wholeName(field: KqlLiteral, { path }: KqlReading): string {
  return path === undefined ? literalText(field) : `${path}.${literalText(field)}`;
}

/** Everything but the wildcards loses its meaning in a query string. */
function escapeSigns(text: string): string {
  return text.replaceAll(/[+\-=&|><!(){}[\]^"~*?:\\/]/g, '\\$&');
}

function placeOf({ offset }: KqlLiteral, { clause }: KqlReading): Place & { offset: number } {
  return { offset, ...(clause !== undefined && { clause }) };
}

function unsupported(place: Place, reason: string): EstromError {
  return new EstromError('QUERY_UNSUPPORTED', `${reason} (offset ${place.offset})`, { ...place });
}

function syntax(place: Place, reason: string): EstromError {
  return new EstromError('QUERY_SYNTAX', `${reason} (offset ${place.offset})`, { ...place });
}
