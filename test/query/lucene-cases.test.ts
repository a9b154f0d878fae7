import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { canonical } from '../../src/query/canonical.ts';
import type { Ir } from '../../src/query/ir.ts';
import { parseQueryString } from '../../src/query/query-string/query-string.ts';

type LuceneQuery =
  | 'all'
  | { match: [field: string, text: string] }
  | { phrase: [field: string, text: string, slop: number] }
  | { exists: string }
  | { range: [field: string, open: string, string | null, string | null, close: string] }
  | readonly (readonly [occur: string, LuceneQuery])[];

/**
 * What Lucene 8.11.3's classic parser, with Elasticsearch's overrides for comparisons, ranges,
 * `_exists_` and lone stars, made of random texts: default operator, text, and the BooleanQuery by
 * occurrence (`+`, `-` or nothing), or null where it refused the text.
 */
const CASES = JSON.parse(
  readFileSync(new URL('lucene-cases.json', import.meta.url), 'utf8'),
) as readonly (readonly ['or' | 'and', string, LuceneQuery | null])[];

function toIr(query: LuceneQuery, operator: 'or' | 'and'): Ir {
  if (query === 'all') return { kind: 'all' };
  if ('match' in query) {
    const [name, text] = query.match;
    return { kind: 'match', field: field(name), text, operator };
  }
  if ('phrase' in query) {
    const [name, text, slop] = query.phrase;
    return { kind: 'phrase', field: field(name), text, slop };
  }
  if ('exists' in query) return { kind: 'exists', field: query.exists };
  if ('range' in query) {
    const [name, open, lower, upper, close] = query.range;
    const bounds = { lower, upper, includeLower: open === '[', includeUpper: close === ']' };
    return { kind: 'range', field: field(name), ...bounds, normalize: true };
  }
  const all = query.map(([occur, clause]) => ({ occur, clause: toIr(clause, operator) }));
  const of = (wanted: string) =>
    all.filter(({ occur }) => occur === wanted).map(({ clause }) => clause);
  const [must, should] = [of('+'), of('')];
  const clauses: Ir[] = [...must, ...of('-').map((clause): Ir => ({ kind: 'not', clause }))];
  if (must.length === 0 && should.length > 0) {
    clauses.push({ kind: 'or', clauses: should, atLeast: 1 });
  }
  return { kind: 'and', clauses };
}

function field(name: string): string | null {
  return name === '*' ? null : name;
}

/** Lucene was run with an analyzer that drops no word. */
function withWords(query: Ir): Ir {
  if (query.kind === 'wordless') return { kind: 'none' };
  if (query.kind === 'not') return { kind: 'not', clause: withWords(query.clause) };
  if (query.kind !== 'and' && query.kind !== 'or') return query;
  return { ...query, clauses: query.clauses.map(withWords) };
}

function outcome(text: string, defaultOperator: 'or' | 'and'): string | null {
  try {
    return canonical(withWords(parseQueryString(text, { defaultOperator })));
  } catch (error) {
    if (error instanceof EstromError && error.code === 'QUERY_SYNTAX') return null;
    throw error;
  }
}

it.each(CASES)('with %s as default operator reads %j as Lucene does', (operator, text, query) => {
  expect(outcome(text, operator)).toBe(query === null ? null : canonical(toIr(query, operator)));
});
