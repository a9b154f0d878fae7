import { analyzeStandard, lowerCase } from '../../src/mapping/standard-analyzer.ts';
import { editsFor } from '../../src/query/fuzziness.ts';
import type { FilterRelation, IntervalRule } from '../../src/query/intervals/intervals-ir.ts';
import { distance } from './naive-near.ts';

/** From the position of its first word to that of its last; all stretches of a rule stand in a list. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly gaps: number;
}

interface Token {
  readonly text: string;
  readonly position: number;
}

/**
 * Whether a text of dynamic mapping has a stretch that a rule asks for, by the definition of minimal intervals: of those
 * that hold all that is asked for, the ones that hold no other one. Lucene's algorithms find others where rules are
 * nested in certain ways: what is asked here has to be plain.
 */
export function naiveIntervals(rule: IntervalRule, tokens: readonly Token[]): boolean {
  return stretches(rule, tokens).length > 0;
}

function stretches(rule: IntervalRule, tokens: readonly Token[]): Stretch[] {
  const found = minimal(unfiltered(rule, tokens));
  const filter = 'filter' in rule ? rule.filter : undefined;
  if (filter === undefined) return found;
  const others = stretches(filter.rule, tokens);
  return found.filter((one) => isRelated(one, filter.relation, others));
}

function unfiltered(rule: IntervalRule, tokens: readonly Token[]): Stretch[] {
  switch (rule.kind) {
    case 'match': {
      const words = analyzeStandard(rule.text).map(({ text }) => text);
      const places = words.map((word) => placesOf(tokens, (text) => text === word));
      if (words.length <= 1) return places.flat();
      return combined(places, words, rule.ordered, rule.maxGaps);
    }
    case 'prefix':
      return placesOf(tokens, (text) => text.startsWith(lowerCase(rule.text)));
    case 'wildcard': {
      const signs = lowerCase(rule.pattern).replaceAll('*', '.*').replaceAll('?', '.');
      const pattern = new RegExp(`^${signs}$`, 'su');
      return placesOf(tokens, (text) => pattern.test(text));
    }
    case 'fuzzy': {
      const asked = lowerCase(rule.text);
      const [start, edits] = [asked.slice(0, rule.prefixLength), editsFor(rule.edits, rule.text)];
      return placesOf(tokens, (text) => {
        if (!text.startsWith(start)) return false;
        const rest = asked.slice(start.length);
        return distance(rest, text.slice(start.length), rule.transpositions) <= edits;
      });
    }
    case 'anyOf':
      return rule.rules.flatMap((one) => stretches(one, tokens));
    case 'allOf': {
      const parts = rule.rules.map((one) => stretches(one, tokens));
      if (parts.length <= 1) return parts.flat();
      const names = rule.rules.map((one) => JSON.stringify(one));
      return combined(parts, names, rule.ordered, rule.maxGaps);
    }
  }
}

function placesOf(tokens: readonly Token[], isOne: (text: string) => boolean): Stretch[] {
  return tokens
    .filter(({ text }) => isOne(text))
    .map(({ position }) => ({ start: position, end: position, gaps: 0 }));
}

/** One stretch of each part, in every way. @param names what is the same has to be found at several places */
function combined(
  parts: readonly Stretch[][],
  names: readonly string[],
  ordered: boolean,
  maxGaps: number | undefined,
): Stretch[] {
  let ways: Stretch[][] = [[]];
  for (const [i, part] of parts.entries()) {
    ways = ways.flatMap((way) =>
      part
        .filter((one) => {
          if (ordered) return way.every(({ end }) => one.start > end);
          return way.every(({ start }, k) => names[k] !== names[i] || start !== one.start);
        })
        .map((one) => [...way, one]),
    );
  }
  const all = ways.map((way): Stretch => {
    const start = Math.min(...way.map((one) => one.start));
    const end = Math.max(...way.map((one) => one.end));
    const taken = way.reduce((sum, one) => sum + one.end - one.start + 1, 0);
    return { start, end, gaps: end - start + 1 - taken };
  });
  return maxGaps === undefined ? all : minimal(all).filter(({ gaps }) => gaps <= maxGaps);
}

/** Those that hold no other one, and of equal ones the one with the fewest gaps. */
function minimal(all: readonly Stretch[]): Stretch[] {
  return all.filter((one, at) =>
    all.every((other, k) => {
      if (k === at || other.start < one.start || other.end > one.end) return true;
      const isSame = other.start === one.start && other.end === one.end;
      return isSame && (one.gaps < other.gaps || (one.gaps === other.gaps && at < k));
    }),
  );
}

function isRelated(one: Stretch, relation: FilterRelation, others: readonly Stretch[]): boolean {
  switch (relation) {
    case 'before':
      // Lucene knows no place before the first one, and takes that itself.
      return others.some(({ start }) => one.end <= Math.max(0, start - 1));
    case 'after':
      return others.some(({ end }) => one.start > end);
    case 'containing':
      return others.some((other) => holds(one, other));
    case 'contained_by':
      return others.some((other) => holds(other, one));
    case 'overlapping':
      return others.some((other) => other.start <= one.end && other.end >= one.start);
    case 'not_containing':
      return !isRelated(one, 'containing', others);
    case 'not_contained_by':
      return !isRelated(one, 'contained_by', others);
    case 'not_overlapping':
      return !isRelated(one, 'overlapping', others);
  }
}

function holds(outer: Stretch, inner: Stretch): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}
