import { isFieldPattern } from '../../../query/field-patterns.ts';
import type { MappedLeaf } from '../../../query/ir.ts';
import { escapeWildcard } from '../../../query/query-string/query-string-text.ts';
import { analyzerTerm, MAPPED_PLACE, mappedTerm } from '../fields/mapped-fields.ts';
import { NONE, or, type Plan, type WordsPlan } from './plan.ts';
import { MAPPED_TEXT } from './term-class.ts';
import type { TextPlace } from './token-clauses.ts';

/** Whether a leaf may be met in several fields, so that all its words have to be in the same one. */
export function isManyFields(field: string | null): boolean {
  return field === null || isFieldPattern(field);
}

/**
 * At least so many of the words in one field, the last of them perhaps only begun.
 * @param atLeast from 1
 */
export function wordsTogether(
  { path, termClass }: TextPlace,
  words: readonly string[],
  start: string | null,
  atLeast: number,
): Plan {
  const all = words.length + (start === null ? 0 : 1);
  if (atLeast > all) return NONE;
  const clauses = words.map((text): Plan => ({ op: 'term', path, termClass, text }));
  if (start !== null) clauses.push(startingWith(path, termClass, start));
  if (atLeast <= 1 || clauses.length === 1) return or(clauses);
  if (!isManyFields(path)) return or(clauses, atLeast);
  return { op: 'someWords', path, termClass, words, start, atLeast };
}

/** Some word, or whole value, begins so. */
export function startingWith(path: string | null, termClass: number, start: string): Plan {
  return { op: 'wildcard', path, termClass, pattern: `${escapeWildcard(start)}*` };
}

/** A phrase of which the words at the last position are only begun; one of them is enough. */
export function phraseStart(
  phrase: Pick<WordsPlan, 'path' | 'words' | 'positions' | 'slop'> & TextPlace,
  expansions: number,
): Plan {
  const { path, termClass, slop, words, positions } = phrase;
  const startPosition = positions.at(-1)!;
  const first = positions.indexOf(startPosition);
  const starts = words.slice(first);
  // At least the first word of those that begin so is asked for, and one is enough.
  if (first === 0) return or(starts.map((start) => startingWith(path, termClass, start)));
  return {
    op: 'phraseStart',
    path,
    termClass,
    words: words.slice(0, first),
    positions: positions.slice(0, first),
    slop,
    starts,
    startPosition,
    expansions,
  };
}

/** What the document's index maps. */
export function compileMapped(leaf: Pick<MappedLeaf, 'fields' | 'among' | 'atLeast'>): Plan {
  return { op: 'term', path: MAPPED_PLACE, termClass: MAPPED_TEXT, text: mappedTerm(leaf) };
}

/** The document's index defines an analyzer of that name. @param meaning left out: any */
export function definesAnalyzer(name: string, meaning?: string): Plan {
  const text = analyzerTerm(name, meaning);
  return { op: 'term', path: MAPPED_PLACE, termClass: MAPPED_TEXT, text };
}
