import { EstromError } from '../../../errors.ts';
import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import type { RangeLeaf } from '../../../query/ir.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import { MAX_CLAUSES } from './clauses.ts';

/** A clause of the `query_string` kind on these fields; values that they cannot hold do not match. */
export function queryString(
  query: string,
  fields: readonly string[],
  timeZone: string | undefined = undefined,
): object {
  const [only] = fields;
  // A field's name is taken as it is only here: in a list a caret is a boost.
  const named = fields.length === 1 ? { default_field: only } : { fields };
  const zone = timeZone === undefined ? {} : { time_zone: timeZone };
  return { query_string: { query, ...named, ...zone, lenient: true } };
}

/** `["a" TO "b"}` */
export function rangeText({ lower, upper, includeLower, includeUpper }: RangeLeaf): string {
  const open = includeLower ? '[' : '{';
  const close = includeUpper ? ']' : '}';
  return `${open}${boundText(lower)} TO ${boundText(upper)}${close}`;
}

function boundText(bound: string | null): string {
  return bound === null ? '*' : `"${bound.replaceAll(/["\\]/g, '\\$&')}"`;
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
 * @throws EstromError QUERY_LIMIT
 */
export function checkWords(text: string, { path, analyzer }: FieldInfo): void {
  if (analyzer !== 'standard' || text.length <= MAX_CLAUSES) return;
  const count = analyzeStandard(text).length;
  if (count <= MAX_CLAUSES) return;
  throw new EstromError(
    'QUERY_LIMIT',
    `a text of ${count} words is asked of the field [${path}]; Elasticsearch takes at most ${MAX_CLAUSES} in one clause: split it into several queries`,
  );
}
