import { xxh3 } from '@node-rs/xxhash';
import type { GeoShape } from '../../query/geo/geo-shape.ts';
import type { Ir } from '../../query/ir.ts';
import { ancestors, type Cell, cover, fineAncestors, fineCover } from './geo/cells.ts';
import {
  type Bounds,
  boundsOnMap,
  intersects,
  isWithin,
  type Plane,
  planeOf,
} from './geo/plane.ts';
import { amountOf, compare } from './trigger-values.ts';

/** The field of a trigger document that holds its words. */
export const WORDS = 't';

/** Greatest amount that single precision holds. */
const MOST = 3e38;

export type Comparison = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'like';
export type GeoRelationship = 'intersects' | 'within';

/** What one event has at the places that a template names. */
export interface EventValues {
  /** By number of the placeholder. */
  readonly texts: readonly (readonly string[])[];
  planeOf(placeholder: number): Plane;
}

/** Where a clause takes what the subscription's value is compared with. */
export type Operand =
  | { readonly placeholder: number }
  | { readonly texts: readonly string[] }
  | { readonly plane: Plane };

/**
 * One clause of one subscription. The query may let through more events than the test, never fewer.
 */
export interface TriggerClause {
  readonly query: Ir;
  readonly test: (event: EventValues) => boolean;
  /** Only events whose geometry is somewhere in there can pass the test. */
  readonly reach?: Reach;
}

/** Bounds that an event's geometry has to meet. */
export interface Reach extends Bounds {
  readonly placeholder: number;
}

const ALL: Ir = { kind: 'all' };
const NONE: Ir = { kind: 'none' };

/** Hashes of values that are kept: many subscriptions have the same. */
const MOST_HASHES = 1000;
const hashes = new Map<string, string>();

export function valueWord(placeholder: number, text: string): string {
  let hash = hashes.get(text);
  if (hash === undefined) {
    hash = xxh3.xxh64(text).toString(16);
    if (hashes.size >= MOST_HASHES) hashes.clear();
    if (text.length < 100) hashes.set(text, hash);
  }
  return `e${placeholder}h${hash}`;
}

/** Words for an event's geometry: of the cells that it lies in, and of those that cover it. */
export function geometryWords(placeholder: number, plane: Plane): string[] {
  const cells = fineCover(plane);
  const inside = [...cells, ...ancestors(cells)].map((cell) => insideWord(placeholder, cell));
  return [...inside, ...cells.map((cell) => aroundWord(placeholder, cell))];
}

/** For a cell that a geometry lies in, and for one that it is or has around it; one token each. */
function insideWord(placeholder: number, cell: Cell): string {
  return `g${placeholder}c${cell.toString(36)}`;
}

function aroundWord(placeholder: number, cell: Cell): string {
  return `x${placeholder}c${cell.toString(36)}`;
}

export function amountField(placeholder: number): string {
  return `n${placeholder}`;
}

/** In the range of the field. */
export function heldAmount(amount: number): number {
  return Math.min(MOST, Math.max(-MOST, amount));
}

/** A comparison of the values that a subscription has. */
export function comparisonClause(
  own: readonly string[],
  operator: Comparison,
  operand: Operand,
): TriggerClause {
  const holds = testOf(operator);
  if (!('placeholder' in operand)) {
    const texts = 'texts' in operand ? operand.texts : [];
    return constant(holds(own, texts));
  }
  const { placeholder } = operand;
  const test = ({ texts }: EventValues) => holds(own, texts[placeholder] ?? []);
  if (operator === 'ne') return { query: ALL, test };
  if (own.length === 0) return constant(false);
  return { query: queryOf(own, operator, placeholder), test };
}

type Test = (own: readonly string[], given: readonly string[]) => boolean;

function testOf(operator: Comparison): Test {
  if (operator === 'eq') return (own, given) => own.some((one) => given.includes(one));
  if (operator === 'ne') return (own, given) => !own.some((one) => given.includes(one));
  const pair = (a: string, b: string): boolean => {
    switch (operator) {
      case 'gt':
        return compare(a, b) > 0;
      case 'gte':
        return compare(a, b) >= 0;
      case 'lt':
        return compare(a, b) < 0;
      case 'lte':
        return compare(a, b) <= 0;
      case 'like':
        return a.includes(b);
    }
  };
  return (own, given) => own.some((a) => given.some((b) => pair(a, b)));
}

function queryOf(own: readonly string[], operator: Comparison, placeholder: number): Ir {
  if (operator === 'like' || operator === 'ne') return ALL;
  if (operator === 'eq') {
    return anyOf([...new Set(own)].map((text) => wordQuery(valueWord(placeholder, text))));
  }
  const amounts = own.map(amountOf);
  if (amounts.some(Number.isNaN)) return ALL;
  const isAbove = operator === 'gt' || operator === 'gte';
  const bound = heldAmount(isAbove ? Math.max(...amounts) : Math.min(...amounts));
  return {
    kind: 'range',
    field: amountField(placeholder),
    // What the subscription's value is above of is the event's: that one is below.
    lower: isAbove ? null : String(bound),
    upper: isAbove ? String(bound) : null,
    // The test is exact; the field is rounded, and so is the bound.
    includeLower: true,
    includeUpper: true,
    normalize: false,
  };
}

/** How the subscription's geometry lies to another one. */
export function geoClause(
  own: readonly GeoShape[],
  relation: GeoRelationship,
  operand: Operand,
): TriggerClause {
  const plane = planeOf(own);
  const holds = relation === 'intersects' ? intersects : isWithin;
  if (!('placeholder' in operand))
    return constant('plane' in operand && holds(plane, operand.plane));
  if (own.length === 0) return constant(false);
  const { placeholder } = operand;
  const cells = cover(plane);
  const words = [
    ...cells.map((cell) => insideWord(placeholder, cell)),
    ...fineAncestors(cells).map((cell) => aroundWord(placeholder, cell)),
  ];
  const bounds = boundsOnMap(plane);
  return {
    query: anyOf(words.map(wordQuery)),
    test: (event) => holds(plane, event.planeOf(placeholder)),
    ...(bounds && { reach: { placeholder, ...bounds } }),
  };
}

const ALWAYS: TriggerClause = { query: ALL, test: () => true };
const NEVER: TriggerClause = { query: NONE, test: () => false };

function constant(isTrue: boolean): TriggerClause {
  return isTrue ? ALWAYS : NEVER;
}

export function allOf(clauses: readonly TriggerClause[]): TriggerClause {
  const needed = clauses.filter((clause) => clause !== ALWAYS);
  if (needed.includes(NEVER)) return NEVER;
  if (needed.length < 2) return needed[0] ?? ALWAYS;
  const tests = needed.map(({ test }) => test);
  const reach = needed.find((clause) => clause.reach)?.reach;
  return {
    query: everyOf(needed.map(({ query }) => query)),
    test: (event) => tests.every((test) => test(event)),
    ...(reach && { reach }),
  };
}

export function someOf(clauses: readonly TriggerClause[]): TriggerClause {
  const possible = clauses.filter((clause) => clause !== NEVER);
  if (possible.includes(ALWAYS)) return ALWAYS;
  if (possible.length < 2) return possible[0] ?? NEVER;
  const tests = possible.map(({ test }) => test);
  return {
    query: anyOf(possible.map(({ query }) => query)),
    test: (event) => tests.some((test) => test(event)),
  };
}

function wordQuery(value: string): Ir {
  return { kind: 'term', field: WORDS, value };
}

/** Flat and without constants, as engines are given queries. */
function everyOf(clauses: readonly Ir[]): Ir {
  const flat = clauses.flatMap((clause) => (clause.kind === 'and' ? clause.clauses : [clause]));
  const needed = flat.filter(({ kind }) => kind !== 'all');
  if (needed.some(({ kind }) => kind === 'none')) return NONE;
  return needed.length < 2 ? (needed[0] ?? ALL) : { kind: 'and', clauses: needed };
}

function anyOf(clauses: readonly Ir[]): Ir {
  const flat = clauses.flatMap((clause) => (clause.kind === 'or' ? clause.clauses : [clause]));
  const possible = flat.filter(({ kind }) => kind !== 'none');
  if (possible.some(({ kind }) => kind === 'all')) return ALL;
  if (possible.length < 2) return possible[0] ?? NONE;
  return { kind: 'or', clauses: possible, atLeast: 1 };
}
