import { dependsOnNow, resolveDateMath } from '../../../mapping/date-math.ts';
import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import type { RangeLeaf } from '../../../query/ir.ts';
import { DATE_CLASSES, dateRange, dateSpan } from './compile-range.ts';
import type { FieldForms } from './field-forms.ts';
import { numberEqual } from './form-numbers.ts';
import type { Plan } from './plan.ts';
import { BOOLEAN, KEYWORD } from './term-class.ts';

/** The alternatives for fields that hold one value: each type that could hold this text. */
export function wholeValue(
  path: string | null,
  value: string,
  forms: FieldForms,
  timeZone?: string,
): Plan[] {
  // Where any field will do, a keyword never matches alone unless the analyser finds no token in
  // the text: under dynamic mapping each keyword stands below a text with the same value.
  const isKeyword =
    forms.canBeKeyword(path) || (path === null && analyzeStandard(value).length === 0);
  const keyword: Plan[] = isKeyword ? [{ op: 'term', path, termClass: KEYWORD, text: value }] : [];
  const dates = timeZone === undefined ? datesOf(path, value) : zonedDates(path, value, timeZone);
  return [...keyword, ...plainValue(path, value), ...dates];
}

/** The same of one token of a text, which keywords may have that are not below a text with it. */
export function tokenValue(path: string | null, token: string, forms: FieldForms): Plan[] {
  const isKeyword = path === null || forms.canBeKeyword(path);
  const keyword: Plan[] = isKeyword ? [{ op: 'term', path, termClass: KEYWORD, text: token }] : [];
  return [...keyword, ...plainValue(path, token)];
}

/** No number begins like this, nor a date: not NaN, Infinity or now. */
const WORD = /^[a-hj-mo-zA-HJ-MO-Z]/;

/** Booleans and numbers. */
function plainValue(path: string | null, value: string): Plan[] {
  const plans: Plan[] = [];
  if (value === 'true' || value === 'false') {
    plans.push({ op: 'term', path, termClass: BOOLEAN, text: value });
  }
  if (WORD.test(value)) return plans;
  for (const kind of ['long', 'float'] as const) {
    const plan = numberEqual(value, path, kind);
    if (plan.op !== 'none') plans.push(plan);
  }
  return plans;
}

/** Dates in the formats of dynamic mapping. */
export function datesOf(path: string | null, value: string): Plan[] {
  const plans: Plan[] = [];
  if (WORD.test(value)) return plans;
  for (const [termClass, format] of DATE_CLASSES) {
    if (isMathOnNow(value)) {
      const bounds = { lower: value, upper: value, includeLower: true, includeUpper: true };
      plans.push({ op: 'nowRange', path, termClass, ...bounds });
    }
    const span = dateSpan(value, format);
    if (span !== null) plans.push(between(path, termClass, span.from, span.to));
  }
  return plans;
}

function zonedDates(path: string | null, value: string, timeZone: string): Plan[] {
  const range = valueRange(path, value, timeZone);
  return DATE_CLASSES.map(([termClass, format]) => dateRange(range, termClass, format));
}

/** What a value covers, as the range that it is on dates. */
export function valueRange(field: string | null, value: string, timeZone: string): RangeLeaf {
  const bounds = { lower: value, upper: value, includeLower: true, includeUpper: true };
  return { kind: 'range', field, ...bounds, normalize: true, timeZone };
}

/** `now` alone is a word like others: as a date it would be one millisecond that no document meets. */
function isMathOnNow(value: string): boolean {
  return dependsOnNow(value) && value.length > 3 && resolveDateMath(value, 0) !== null;
}

function between(path: string | null, termClass: number, from: number, to: number): Plan {
  if (from === to) return { op: 'term', path, termClass, text: String(from) };
  return { op: 'range', path, termClass, bounds: [from, 0, to, 0] };
}
