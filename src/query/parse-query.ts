import { EstromError } from '../errors.ts';
import { parseDsl } from './dsl/dsl.ts';
import { describe } from './dsl/dsl-reader.ts';
import type { Ir } from './ir.ts';
import { isObject, parseJson } from './json.ts';
import { parseKql } from './kql/parse-kql.ts';
import { checkTextLength } from './limits.ts';
import { kqlTextOf } from './query-language.ts';
import { parseQueryString, type QueryStringOptions } from './query-string/query-string.ts';

/** `{a TO b}` is a range of the query string syntax, although it opens like JSON. */
const RANGE = /^\s*\{\s*(?:"(?:[^"\\]|\\.)*"|\S+)\s+TO\s/;

/**
 * Parses a query as users give it: a text in the query string syntax, the Query DSL as an object or as JSON
 * text, KQL in the clause that `inLanguage` puts it in, or nothing for every document. The result is not normalised.
 * @param options of the query string syntax; the DSL names its own
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED, QUERY_LIMIT or BAD_JSON, with `offset` or
 *   `clause`
 */
export function parseQuery(input: unknown, options: QueryStringOptions = {}): Ir {
  if (input === undefined || input === null) return { kind: 'all' };
  if (typeof input === 'string') {
    if (!isDslText(input)) return parseQueryString(input, options);
    checkTextLength(input);
    return parseDsl(parseJson(input, 'the query'));
  }
  // Who gave a text knows nothing of the clause that it is kept in.
  const kql = kqlTextOf(input);
  if (kql !== null) return parseKql(kql);
  if (isObject(input)) return parseDsl(input);
  throw new EstromError(
    'QUERY_SYNTAX',
    `expected a query text or an object of the Query DSL, but found ${describe(input)}`,
  );
}

/** Whether a query given as text is JSON. */
export function isDslText(text: string): boolean {
  return text.trimStart().startsWith('{') && !RANGE.test(text);
}
