import type { Ir } from '../ir.ts';
import { Budget, checkTextLength } from '../limits.ts';
import { kqlMeaning } from './kql-meaning.ts';
import { readKql } from './kql-parser.ts';

export interface KqlOptions {
  /** The budget of the query that this text is a part of. */
  readonly budget?: Budget;
  /** The path of the clause that this text stands in, for errors. */
  readonly clause?: string;
  /** Of dates that name none. */
  readonly timeZone?: string;
}

/**
 * Parses a text in the Kibana Query Language, as Kibana 7.17 reads it. Without a mapping at hand, a name with
 * wildcards asks every field that it covers, each as its type.
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED or QUERY_LIMIT with the `offset` of the
 *   trouble in the text (UTF-16 units)
 */
export function parseKql(text: string, options: KqlOptions = {}): Ir {
  checkTextLength(text);
  const { budget = new Budget() } = options;
  return kqlMeaning(readKql(text, budget, options.clause), { ...options, budget });
}
