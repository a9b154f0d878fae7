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
 * Whether a standing query matches the document: one that only fails on a value that the field's type
 * cannot hold does not match. `error` is left for queries that are wrong in themselves, `rejected` for
 * documents that Elasticsearch refuses.
 */
export function expectedMatch({ expected, reason }: GoldenCase): boolean | 'error' | 'rejected' {
  const ofType = /^failed to (create query|parse date field)/.test(reason ?? '');
  return expected === 'error' && ofType ? false : expected;
}
