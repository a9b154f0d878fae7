import type { Ir } from '../../src/query/ir.ts';

/** A range as a document, or a query, gives it; null is no bound. */
export interface GivenRange {
  readonly lower: number | null;
  readonly upper: number | null;
  readonly includeLower: boolean;
  readonly includeUpper: boolean;
}

/** Of whole numbers 1; of decimals less than any two that are given differ by. */
export type Steps = Readonly<Record<string, number>>;

/** Ranges by field. */
export type RangeDocument = Readonly<Record<string, readonly GivenRange[]>>;

type Ends = readonly [low: number, high: number];

/** Both ends included; null where there is nothing between them. */
export function endsOf(given: GivenRange, step: number): Ends | null {
  const low = given.lower === null ? -Infinity : given.lower + (given.includeLower ? 0 : step);
  const high = given.upper === null ? Infinity : given.upper - (given.includeUpper ? 0 : step);
  return low > high ? null : [low, high];
}

/** Whether a query of ranges, values and combinations of them holds: by what its words say, range by range. */
export function naiveRanges(query: Ir, document: RangeDocument, steps: Steps): boolean {
  const holds = (clause: Ir): boolean => naiveRanges(clause, document, steps);
  switch (query.kind) {
    case 'and':
      return query.clauses.every(holds);
    case 'or':
      return query.clauses.filter(holds).length >= query.atLeast;
    case 'not':
      return !holds(query.clause);
    case 'term': {
      const value = Number(query.value);
      return rangesOf(query.field).some(([low, high]) => low <= value && value <= high);
    }
    case 'range': {
      const { field, lower, upper, relation } = query;
      const bound = (text: string | null) => (text === null ? null : Number(text));
      const bounds = { ...query, lower: bound(lower), upper: bound(upper) };
      const asked = endsOf(bounds, steps[field!]!);
      if (asked === null) return false;
      return rangesOf(field!).some((own) => meets(own, asked, relation ?? 'intersects'));
    }
    default:
      throw new Error(`no ${query.kind} is asked of ranges here`);
  }

  function rangesOf(field: string): Ends[] {
    const step = steps[field]!;
    return (document[field] ?? []).map((one) => endsOf(one, step)).filter((ends) => ends !== null);
  }
}

function meets([low, high]: Ends, [from, to]: Ends, relation: string): boolean {
  if (relation === 'within') return from <= low && high <= to;
  if (relation === 'contains') return low <= from && to <= high;
  return !(high < from || to < low);
}
