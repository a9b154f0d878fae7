import { badIndexName, indexPartProblem } from '../index-name.ts';

/** Longest index expression, in UTF-16 units. */
const MAX_EXPRESSION_LENGTH = 8192;

type NameTest = (name: string) => boolean;

/**
 * Checks an index expression and gives its canonical form: names and patterns, comma separated,
 * sorted and without duplicates unless exclusions make their order matter. Nothing, `_all` and `*`
 * are all `*`.
 * @throws EstromError BAD_INDEX_NAME
 */
export function canonicalIndexExpression(expression: string | null | undefined): string {
  const text = expression?.trim() ?? '';
  if (text === '') return '*';
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw badIndexName(`${text.slice(0, 40)}…`, `must be at most ${MAX_EXPRESSION_LENGTH} long`);
  }
  const parts = text.split(',').map((part) => (part === '_all' ? '*' : part));
  let wildcardSeen = false;
  let exclusionSeen = false;
  for (const part of parts) {
    const excludes = part.startsWith('-');
    checkPart(excludes ? part.slice(1) : part, part);
    if (excludes && !wildcardSeen) {
      throw badIndexName(part, 'an exclusion needs a pattern with * before it');
    }
    wildcardSeen ||= part.includes('*');
    exclusionSeen ||= excludes;
  }
  if (exclusionSeen) return parts.join(',');
  if (parts.some(isEverything)) return '*';
  return [...new Set(parts)].toSorted().join(',');
}

function checkPart(name: string, part: string): void {
  if (name === '') throw badIndexName(part, 'must not be empty');
  if (name === '.' || name === '..') throw badIndexName(part, "must not be '.' or '..'");
  const problem = indexPartProblem(name);
  if (problem !== null) throw badIndexName(part, problem);
  if (/^[-_+]/.test(name)) throw badIndexName(part, "must not start with '_', '-', or '+'");
}

function isEverything(part: string): boolean {
  return /^\*+$/.test(part);
}

/**
 * Makes the test whether a concrete index belongs to an expression. As in Elasticsearch, parts are
 * read from left to right, and an exclusion takes away from what came before it.
 * @throws EstromError BAD_INDEX_NAME
 */
export function compileIndexExpression(expression: string): (indexName: string) => boolean {
  const canonical = canonicalIndexExpression(expression);
  if (canonical === '*') return () => true;
  const steps = canonical.split(',').map((part): { includes: boolean; test: NameTest } => {
    const includes = !part.startsWith('-');
    return { includes, test: compilePattern(includes ? part : part.slice(1)) };
  });
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) return only.test;
  // The last part that speaks of the index decides.
  const last = steps.toReversed();
  return (name) => last.find((step) => step.test(name))?.includes ?? false;
}

/** Without a regular expression: each piece between stars is searched once, from left to right. */
function compilePattern(pattern: string): NameTest {
  const pieces = pattern.split('*');
  if (pieces.length === 1) return (name) => name === pattern;
  const prefix = pieces[0] ?? '';
  const suffix = pieces.at(-1) ?? '';
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  return (name) => {
    if (name.length < prefix.length + suffix.length) return false;
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) return false;
    let at = prefix.length;
    for (const piece of middle) {
      const found = name.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return at <= name.length - suffix.length;
  };
}
