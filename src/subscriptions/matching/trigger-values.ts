import { isObject } from '../../query/json.ts';

/** The values at a path such as `object.job`, those of arrays one by one; none where there is nothing. */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const found: unknown[] = [];
  collect(value, path, 0, found);
  return found;
}

function collect(value: unknown, path: readonly string[], at: number, found: unknown[]): void {
  if (value === null || value === undefined) return;
  const name = path[at];
  if (name === undefined) found.push(value);
  else if (Array.isArray(value)) {
    for (const one of value as unknown[]) {
      if (!Array.isArray(one)) collect(one, path, at, found);
    }
  } else if (isObject(value) && Object.hasOwn(value, name)) {
    collect((value as Record<string, unknown>)[name], path, at + 1, found);
  }
}

/** Texts, numbers and booleans as texts, so that 5 and "5" are the same value. */
export function textsAt(value: unknown, path: readonly string[]): string[] {
  const texts: string[] = [];
  for (const one of valuesAt(value, path)) addTexts(one, texts);
  return texts;
}

function addTexts(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (typeof value === 'number' || typeof value === 'boolean') texts.push(String(value));
  else if (Array.isArray(value)) for (const one of value as unknown[]) addTexts(one, texts);
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
