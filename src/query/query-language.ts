import { EstromError } from '../errors.ts';
import { describe } from './dsl/dsl-reader.ts';
import { isObject } from './json.ts';

/** The languages of query texts; the first one is that of a text without any. */
export const LANGUAGES = ['lucene', 'kql'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * A query with its language, as one value that is kept, shared and read like every other: a text in KQL
 * becomes the clause `{"kql": {"query": …}}`.
 * @param query a text, or Query DSL
 * @param lang as given; nothing means lucene
 * @throws EstromError BAD_REQUEST for a language that there is not, or one of no text
 */
export function inLanguage(query: unknown, lang: unknown): unknown {
  if (lang === undefined || lang === null) return query;
  if (!LANGUAGES.some((one) => one === lang)) {
    const known = `known are [${LANGUAGES.join('], [')}]`;
    throw bad(`[lang] is ${describe(lang)}; ${known}. The Query DSL needs none`);
  }
  if (lang === 'lucene' || query === undefined || query === null) return query;
  if (typeof query !== 'string') {
    throw bad(`[lang] is for a query text, but [query] is ${describe(query)}`);
  }
  return { kql: { query } };
}

/** The text of a query that {@link inLanguage} made; null for others. */
export function kqlTextOf(query: unknown): string | null {
  if (!isObject(query) || Object.keys(query).length !== 1) return null;
  const clause = query['kql'];
  if (!isObject(clause) || Object.keys(clause).length !== 1) return null;
  const text = clause['query'];
  return typeof text === 'string' ? text : null;
}

function bad(reason: string): EstromError {
  return new EstromError('BAD_REQUEST', reason);
}
