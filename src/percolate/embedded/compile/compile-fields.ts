import type { Token } from '../../../mapping/standard-analyzer.ts';
import { isFieldPattern } from '../../../query/field-patterns.ts';
import type { MappedLeaf, PhraseLeaf } from '../../../query/ir.ts';
import { escapeWildcard } from '../../../query/query-string-text.ts';
import { MAPPED_PLACE, mappedTerm } from '../fields/mapped-fields.ts';
import { NONE, or, type Plan } from './plan.ts';
import { MAPPED_TEXT, TEXT } from './term-class.ts';

/** Whether a leaf may be met in several fields, so that all its words have to be in the same one. */
export function isManyFields(field: string | null): boolean {
  return field === null || isFieldPattern(field);
}

/**
 * At least so many of the words in one field, the last of them perhaps only begun.
 * @param atLeast from 1
 */
export function wordsTogether(
  path: string | null,
  words: readonly string[],
  start: string | null,
  atLeast: number,
): Plan {
  const all = words.length + (start === null ? 0 : 1);
  if (atLeast > all) return NONE;
  const clauses = words.map((text): Plan => ({ op: 'term', path, termClass: TEXT, text }));
  if (start !== null) clauses.push(startingWith(path, TEXT, start));
  if (atLeast <= 1 || clauses.length === 1) return or(clauses);
  if (!isManyFields(path)) return or(clauses, atLeast);
  return { op: 'someWords', path, words, start, atLeast };
}

/** Some word, or whole value, begins so. */
export function startingWith(path: string | null, termClass: number, start: string): Plan {
  return { op: 'wildcard', path, termClass, pattern: `${escapeWildcard(start)}*` };
}

/** A phrase whose last word is only begun. */
export function phraseStart(
  { slop }: PhraseLeaf,
  expansions: number,
  path: string | null,
  termClass: number,
  phrase: readonly Token[],
): Plan {
  const tokens = phrase.slice(0, -1);
  const last = phrase.at(-1);
  if (last === undefined) return NONE;
  // At least the first word of those that begin so is asked for, and one is enough.
  if (tokens.length === 0) return startingWith(path, termClass, last.text);
  const first = tokens[0]!.position;
  return {
    op: 'phraseStart',
    path,
    termClass,
    words: tokens.map((token) => token.text),
    positions: tokens.map(({ position }) => position - first),
    slop,
    start: last.text,
    startPosition: last.position - first,
    expansions,
  };
}

/** What the document's index maps. */
export function compileMapped(leaf: Pick<MappedLeaf, 'fields' | 'among' | 'atLeast'>): Plan {
  return { op: 'term', path: MAPPED_PLACE, termClass: MAPPED_TEXT, text: mappedTerm(leaf) };
}
