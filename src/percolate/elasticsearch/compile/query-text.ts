import { EstromError } from '../../../errors.ts';
import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import type { BeginningLeaf, PhraseLeaf, RangeLeaf } from '../../../query/ir.ts';
import {
  escapeQueryString,
  escapeWildcard,
} from '../../../query/query-string/query-string-text.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import { type Clause, MAX_CLAUSES } from './clauses.ts';

/** What a clause of the `query_string` kind says besides its text. */
interface Reading {
  readonly timeZone?: string;
  readonly analyzer?: string;
}

/** A clause of the `query_string` kind on these fields; values that they cannot hold do not match. */
export function queryString(
  query: string,
  fields: readonly string[],
  { timeZone, analyzer }: Reading = {},
): object {
  const zone = timeZone === undefined ? {} : { time_zone: timeZone };
  return { query_string: { query, ...on(fields), ...zone, ...readBy(analyzer), lenient: true } };
}

/** A field's name is taken as it is only where it stands alone: in a list a caret is a boost. */
export function on(fields: readonly string[]): object {
  const [only] = fields;
  return fields.length === 1 ? { default_field: only } : { fields };
}

export function readBy(analyzer: string | undefined): { readonly analyzer?: string } {
  return analyzer === undefined ? {} : { analyzer };
}

/** A phrase without gaps, which only query strings have. */
export function gaplessPhrase(leaf: PhraseLeaf, fields: readonly string[]): object {
  const { text, slop, expansions, analyzer } = leaf;
  const asked = { ...on(fields), ...readBy(analyzer), phrase_slop: slop, lenient: true };
  const further = { ...asked, enable_position_increments: false };
  if (expansions === undefined) return { query_string: { query: quoted(text), ...further } };
  const query = escapeQueryString(text).replaceAll(/\s/g, '\\$&');
  return { query_string: { query, type: 'phrase_prefix', ...further } };
}

/** Terms that begin so, as query strings ask for them. */
export function beginning(leaf: BeginningLeaf, fields: readonly FieldInfo[]): Clause {
  const { text, tokens, analyzer, simple } = leaf;
  const asked = {
    analyze_wildcard: tokens !== undefined,
    default_operator: tokens ?? 'or',
    ...readBy(analyzer),
    lenient: true,
  };
  const plain = fields.filter(({ path }) => !/[*^]/.test(path)).map(({ path }) => path);
  if (simple && plain.length === fields.length) {
    const query = `${text.replaceAll(/[-+|*()"~\\\s]/g, '\\$&')}*`;
    return { simple_query_string: { query, fields: plain, ...asked } };
  }
  const query = wildcardText(escapeWildcard(text));
  if (query === null) return 'none';
  return { query_string: { query: `${query}*`, ...on(fields.map(({ path }) => path)), ...asked } };
}

/** `["a" TO "b"}` */
export function rangeText({ lower, upper, includeLower, includeUpper }: RangeLeaf): string {
  const open = includeLower ? '[' : '{';
  const close = includeUpper ? ']' : '}';
  return `${open}${boundText(lower)} TO ${boundText(upper)}${close}`;
}

function boundText(bound: string | null): string {
  return bound === null ? '*' : quoted(bound);
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Everything that could end a term or begin something else in a query string. */
const SYNTAX = /[+\-=&|!(){}[\]^"~:/<>\s\u3000]/;

/** A pattern as a query string has it; null if that syntax cannot say it. */
export function wildcardText(pattern: string): string | null {
  let text = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at]!;
    if (char !== '\\') {
      text += SYNTAX.test(char) ? `\\${char}` : char;
      continue;
    }
    at += 1;
    const escaped = pattern[at];
    // There `\u` begins a code point, and a last backslash is an error.
    if (escaped === undefined || escaped === 'u') return null;
    text += `\\${escaped}`;
  }
  return text;
}

/**
 * Makes sure that Elasticsearch takes a text as one clause: each word in it is a clause of its own.
 * Of analyzers other than `standard` only Elasticsearch itself can tell.
 * @param own the analyzer that the query names
 * @throws EstromError QUERY_LIMIT
 */
export function checkWords(text: string, field: FieldInfo, own?: string): void {
  const { path } = field;
  const analyzer = own ?? field.analyzer;
  if (analyzer !== 'standard' || text.length <= MAX_CLAUSES) return;
  const count = analyzeStandard(text).length;
  if (count <= MAX_CLAUSES) return;
  throw new EstromError(
    'QUERY_LIMIT',
    `a text of ${count} words is asked of the field [${path}]; Elasticsearch takes at most ${MAX_CLAUSES} in one clause: split it into several queries`,
  );
}
