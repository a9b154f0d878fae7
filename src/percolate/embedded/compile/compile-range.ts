import { dependsOnNow, resolveDateMath } from '../../../mapping/date-math.ts';
import type { DateFormat, DateRange } from '../../../mapping/dates.ts';
import { lowerCase } from '../../../mapping/standard-analyzer.ts';
import { packReading, resolveReading } from '../../../mapping/zoned-date-math.ts';
import type { RangeLeaf } from '../../../query/ir.ts';
import { DYNAMIC_FORMS, type FieldForms } from './field-forms.ts';
import { numberBetween } from './form-numbers.ts';
import { NONE, or, type Plan } from './plan.ts';
import { BOOLEAN, DATE, KEYWORD, SLASH_DATE, TEXT } from './term-class.ts';

/** Each date class with the format that its fields have. */
export const DATE_CLASSES = [
  [DATE, 'iso'],
  [SLASH_DATE, 'slashes'],
] as const;

/** The instants that a query's text covers, with date math that does not depend on the time. */
export function dateSpan(text: string, format: DateFormat): DateRange | null {
  return dependsOnNow(text) ? null : resolveDateMath(text, 0, format);
}

/** A range in every type that can hold both bounds; bounds become inclusive. */
export function compileRange(range: RangeLeaf, forms: FieldForms = DYNAMIC_FORMS): Plan {
  return or([
    numberBetween(range, range.field, 'long'),
    numberBetween(range, range.field, 'float'),
    ...DATE_CLASSES.map(([termClass, format]) => dateRange(range, termClass, format)),
    ...booleanRange(range),
    ...stringRanges(range, forms),
  ]);
}

function numeric(
  range: RangeLeaf,
  termClass: number,
  low: readonly number[],
  high: readonly number[],
): Plan {
  const bounds = [low[0]!, low[1]!, high[0]!, high[1]!] as const;
  const empty = bounds[0] > bounds[2] || (bounds[0] === bounds[2] && bounds[1] > bounds[3]);
  return empty ? NONE : { op: 'range', path: range.field, termClass, bounds };
}

/** A partial date covers a span: bounds that include it reach to its far end. */
export function dateRange(range: RangeLeaf, termClass: number, format: DateFormat): Plan {
  const { field: path, lower, upper, includeLower, includeUpper } = range;
  const bounds = [lower, upper].filter((bound) => bound !== null);
  const span = (bound: string) => resolveReading(bound, 0, format, range);
  // Whether the texts are dates does not depend on the time.
  const spans = bounds.map(span);
  if (spans.includes(null)) return NONE;
  if (bounds.some(dependsOnNow)) {
    const packed = (bound: string | null) => (bound === null ? null : packReading(bound, range));
    const texts = { lower: packed(lower), upper: packed(upper) };
    return { op: 'nowRange', path, termClass, ...texts, includeLower, includeUpper };
  }
  const from = lower === null ? null : span(lower)!;
  const to = upper === null ? null : span(upper)!;
  const low = from === null ? Number.NEGATIVE_INFINITY : includeLower ? from.from : from.to + 1;
  const high = to === null ? Number.POSITIVE_INFINITY : includeUpper ? to.to : to.from - 1;
  return numeric(range, termClass, [low, 0], [high, 0]);
}

/** Booleans are indexed as the terms F and T, in that order. */
function booleanRange({ field: path, ...range }: RangeLeaf): Plan[] {
  const order = ['false', 'true'];
  const low = range.lower === null ? -1 : order.indexOf(range.lower);
  const high = range.upper === null ? 2 : order.indexOf(range.upper);
  if ((range.lower !== null && low < 0) || high < 0) return [];
  return order
    .filter((_, at) => at > low || (at === low && range.includeLower))
    .filter((value) => order.indexOf(value) < high || (order[high] === value && range.includeUpper))
    .map((text) => ({ op: 'term', path, termClass: BOOLEAN, text }));
}

function stringRanges(range: RangeLeaf, forms: FieldForms): Plan[] {
  const { field: path, lower, upper, includeLower, includeUpper } = range;
  const lowered = (bound: string | null) =>
    range.normalize && bound !== null ? lowerCase(bound) : bound;
  const base = { op: 'stringRange', path, includeLower, includeUpper } as const;
  const plans: Plan[] = [
    { ...base, termClass: TEXT, lower: lowered(lower), upper: lowered(upper) },
  ];
  if (path === null || forms.canBeKeyword(path))
    plans.push({ ...base, termClass: KEYWORD, lower, upper });
  return plans;
}
