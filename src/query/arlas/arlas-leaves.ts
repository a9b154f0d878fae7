import { EstromError } from '../../errors.ts';
import { readWkt } from '../../mapping/geo/wkt.ts';
import { type GeoShape, sortedShapes } from '../geo/geo-shape.ts';
import { shapesAt } from '../geo/shapes.ts';
import type { Ir, RangeLeaf } from '../ir.ts';
import type { Budget } from '../limits.ts';
import { escapeWildcard } from '../query-string/query-string-text.ts';

/** All operators of ARLAS. */
export const OPERATORS = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'like',
  'range',
  'within',
  'notwithin',
  'intersects',
  'notintersects',
] as const;

export type Operator = (typeof OPERATORS)[number];

/** One `field:op:value`, as it is written. */
export interface ArlasExpression {
  readonly field: string;
  readonly operator: Operator;
  readonly value: string;
}

export interface ArlasContext {
  readonly budget: Budget;
  readonly dateFormat: string | undefined;
}

/** What one `field:op:value` asks for. @throws EstromError QUERY_SYNTAX, QUERY_LIMIT */
export function arlasLeaf({ field, operator, value }: ArlasExpression, context: ArlasContext): Ir {
  context.budget.leaf({});
  switch (operator) {
    case 'eq':
      return anyOf(valuesOf(value, context).map((one) => equals(field, one)));
    case 'ne':
      return noneOf(valuesOf(value, context).map((one) => equals(field, one)));
    case 'gt':
      return range(field, { lower: some(value), includeLower: false }, context);
    case 'gte':
      return range(field, { lower: some(value) }, context);
    case 'lt':
      return range(field, { upper: some(value), includeUpper: false }, context);
    case 'lte':
      return range(field, { upper: some(value) }, context);
    case 'range':
      return anyOf(rangesOf(value, context).map((one) => range(field, one, context)));
    case 'like':
      return like(field, some(value));
    case 'intersects':
      return geo(field, 'intersects', value);
    case 'notintersects':
      return not(geo(field, 'intersects', value));
    case 'within':
      return geo(field, 'within', value);
    case 'notwithin':
      return not(geo(field, 'within', value));
  }
}

/** ARLAS asks by match: words of a text, the whole of any other value. */
function equals(field: string, text: string): Ir {
  return { kind: 'match', field, text, operator: 'or' };
}

/** A piece of a term, and words next to each other, the last of which may have just begun. */
function like(field: string, text: string): Ir {
  const pattern = `*${escapeWildcard(text)}*`;
  return anyOf([
    { kind: 'wildcard', field, pattern, normalize: true },
    { kind: 'phrase', field, text, slop: 0 },
  ]);
}

type Bounds = Partial<Omit<RangeLeaf, 'kind' | 'field' | 'normalize' | 'format'>>;

function range(field: string, bounds: Bounds, { dateFormat }: ArlasContext): Ir {
  const given = [bounds.lower, bounds.upper].filter((bound) => bound != null);
  return {
    kind: 'range',
    field,
    lower: null,
    upper: null,
    includeLower: true,
    includeUpper: true,
    ...bounds,
    normalize: false,
    ...(dateFormat !== undefined && given.length > 0 && { format: dateFormat }),
  };
}

const RANGE = /([[\]])([^<>[\]]*)<([^<>[\]]*)([[\]])/y;

/** `[a<b]`, or `]a<b[` without its bounds; several with commas between. */
function rangesOf(value: string, { budget }: ArlasContext): Bounds[] {
  const text = value.trim();
  const ranges: Bounds[] = [];
  let at = 0;
  for (;;) {
    RANGE.lastIndex = at;
    const found = RANGE.exec(text);
    if (found === null) throw badRange(value);
    const [whole, open, lower = '', upper = '', close] = found;
    if (lower.trim() === '' && upper.trim() === '') throw badRange(value);
    if (ranges.length > 0) budget.leaf({});
    ranges.push({
      lower: lower.trim() === '' ? null : lower.trim(),
      upper: upper.trim() === '' ? null : upper.trim(),
      includeLower: open === '[',
      includeUpper: close === ']',
    });
    at += whole.length;
    if (at === text.length) return ranges;
    if (text[at] !== ',') throw badRange(value);
    at++;
    while (text[at] === ' ') at++;
  }
}

function badRange(value: string): EstromError {
  return new EstromError(
    'QUERY_SYNTAX',
    `expected ranges such as [1<5] or ]1<5[,[7<9], but found [${value}]`,
  );
}

function valuesOf(value: string, { budget }: ArlasContext): string[] {
  const values = value.split(',').filter((one) => one !== '');
  if (values.length === 0) throw noValue();
  for (let i = 1; i < values.length; i++) budget.leaf({});
  return values;
}

function some(value: string): string {
  if (value.trim() === '') throw noValue();
  return value;
}

function noValue(): EstromError {
  return new EstromError('QUERY_SYNTAX', 'expected a value after field:op:');
}

function geo(field: string, relation: 'intersects' | 'within', value: string): Ir {
  const shapes = arlasGeometry(value);
  if (shapes.length === 0) return { kind: 'none' };
  if (relation === 'within' && shapes.some(({ type }) => type === 'line'))
    throw new EstromError('QUERY_SYNTAX', 'no point can be asked to be [within] a line');
  return { kind: 'geo', field, relation, shapes: sortedShapes(shapes) };
}

/** `west,south,east,north`, or well-known text. @throws EstromError QUERY_SYNTAX */
export function arlasGeometry(value: string): GeoShape[] {
  const parts = value.split(',').map((one) => (one.trim() === '' ? Number.NaN : Number(one)));
  if (parts.length === 4 && parts.every((one) => Number.isFinite(one))) {
    const [west, south, east, north] = parts as [number, number, number, number];
    if (Math.abs(west) > 180 || Math.abs(east) > 180 || west === east)
      throw new EstromError(
        'QUERY_SYNTAX',
        `west and east have to differ, and be from -180 to 180`,
      );
    if (Math.abs(south) > 90 || Math.abs(north) > 90 || south >= north)
      throw new EstromError('QUERY_SYNTAX', `south has to be below north, and both from -90 to 90`);
    return [{ type: 'box', top: north, left: west, bottom: south, right: east }];
  }
  if (readWkt(value, { ignoreZ: true }) === null)
    throw new EstromError(
      'QUERY_SYNTAX',
      `expected west,south,east,north or well-known text, but found [${value.slice(0, 80)}]`,
    );
  return shapesAt(value, 'f');
}

function anyOf(clauses: readonly Ir[]): Ir {
  return clauses.length === 1 ? clauses[0]! : { kind: 'or', clauses, atLeast: 1 };
}

function noneOf(clauses: readonly Ir[]): Ir {
  return { kind: 'and', clauses: clauses.map(not) };
}

function not(clause: Ir): Ir {
  return { kind: 'not', clause };
}
