import { lowerCase } from '../../src/mapping/standard-analyzer.ts';
import type { FuzzyLeaf, RegexpLeaf } from '../../src/query/ir.ts';

/**
 * Whether a token or value is one that a clause asks for. Expressions have to be of the kind that
 * JavaScript reads alike.
 */
export function naiveNear(
  leaf: RegexpLeaf | FuzzyLeaf,
  type: 'text' | 'keyword',
  value: string,
): boolean {
  if (leaf.kind === 'regexp') {
    return new RegExp(`^(?:${leaf.pattern})$`, leaf.caseInsensitive ? 'sui' : 'su').test(value);
  }
  const text = type === 'text' && leaf.normalize ? lowerCase(leaf.text) : leaf.text;
  if (leaf.edits === 0 || leaf.prefixLength >= text.length) return value === text;
  const start = [...text].slice(0, leaf.prefixLength).join('');
  if (!value.startsWith(start)) return false;
  const rest = text.slice(start.length);
  return distance(rest, value.slice(start.length), leaf.transpositions) <= leaf.edits;
}

/** The whole table of the optimal string alignment. */
export function distance(one: string, other: string, swaps: boolean): number {
  const a = [...one];
  const b = [...other];
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : i)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, d[i - 1]![j - 1]! + same);
      if (swaps && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, d[i - 2]![j - 2]! + 1);
      }
      d[i]![j] = least;
    }
  }
  return d[a.length]![b.length]!;
}
