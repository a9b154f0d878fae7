import { isObject } from '../query/json.ts';

/** The values at a path such as `object.job`, those of arrays one by one; none where there is nothing. */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  let found: unknown[] = [value];
  for (const name of path) {
    found = found.flatMap((one): unknown[] => {
      const objects = Array.isArray(one) ? (one as unknown[]) : [one];
      return objects.flatMap((object) =>
        isObject(object) && Object.hasOwn(object, name) ? [object[name]] : [],
      );
    });
  }
  return found.filter((one) => one !== null && one !== undefined);
}

/** Texts, numbers and booleans as texts, so that 5 and "5" are the same value. */
export function textsAt(value: unknown, path: readonly string[]): string[] {
  return valuesAt(value, path)
    .flat(Number.POSITIVE_INFINITY)
    .filter((one) => ['string', 'number', 'boolean'].includes(typeof one))
    .map(String);
}

const ISO_DATE = /^\d{4}-\d\d(?:-\d\d(?:T[\d:.,]+(?:Z|[+-]\d\d:?\d\d)?)?)?$/;

/** A number, or an ISO date as milliseconds; NaN for any other text. */
export function amountOf(text: string): number {
  if (text.trim() === '') return Number.NaN;
  const number = Number(text);
  if (!Number.isNaN(number)) return number;
  return ISO_DATE.test(text) ? Date.parse(text) : Number.NaN;
}

/** Below, at or above 0; NaN where a number meets a text that is none. */
export function compare(a: string, b: string): number {
  const [x, y] = [amountOf(a), amountOf(b)];
  if (Number.isNaN(x) && Number.isNaN(y)) return a < b ? -1 : a > b ? 1 : 0;
  return x === y ? 0 : x - y;
}
