import { readFileSync } from 'node:fs';
import type { GoldenCase, Source } from './case.ts';

/** All cases that `make.ts` wrote. */
export function loadCases(): GoldenCase[] {
  return JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')) as GoldenCase[];
}

/** The document as the bytes that a client sends, one line. */
export function sourceText(source: Source): string {
  return typeof source === 'string' ? source : JSON.stringify(source);
}

/**
 * Whether a standing query matches the document: a query that only fails on a field's type, and a
 * document that is refused, do not match. `error` is left for query strings that cannot be parsed.
 */
export function expectedMatch({ expected, reason }: GoldenCase): boolean | 'error' {
  if (expected === 'rejected') return false;
  if (expected !== 'error') return expected;
  return /^failed to (create query|parse date field)/.test(reason ?? '') ? false : 'error';
}
