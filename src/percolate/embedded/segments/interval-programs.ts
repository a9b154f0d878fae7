import type { IntervalNode, IntervalsPlan } from '../compile/interval-plans.ts';
import type { Plan } from '../compile/plan.ts';
import type { ProgramTarget } from './plan-encoder.ts';
import { OP_INTERVALS } from './program.ts';

/** Numbers of the kinds of nodes, by their places. */
export const INTERVAL_KINDS = [
  'nowhere',
  'term',
  'terms',
  'or',
  'ordered',
  'unordered',
  'block',
  'repeating',
  'extended',
  'beside',
  'maxGaps',
  'containing',
  'containedBy',
  'overlapping',
  'notContaining',
  'notContainedBy',
  'notOverlapping',
] as const satisfies readonly IntervalNode['kind'][];

/** Words of a program before those of its leaves. */
export const INTERVAL_LEAVES = 3;

/**
 * Appends a program but for its size. A node is [kind, count of parts, count of numbers, parts…, numbers…]; the part
 * of a leaf is where its program is, counted from this one.
 * @param encode appends the program of a leaf
 */
export function encodeIntervals(
  { leaves, nodes }: IntervalsPlan,
  into: ProgramTarget,
  encode: (leaf: Plan, into: ProgramTarget) => void,
): void {
  const { programs } = into;
  const start = programs.length;
  // Its terms are looked for where they stand.
  into.hasWords = true;
  programs.push(OP_INTERVALS);
  programs.push(0);
  programs.push(0);
  const places = leaves.map((leaf) => {
    const place = programs.length - start;
    encode(leaf, into);
    return place;
  });
  programs.values[start + 2] = programs.length - start;
  for (const { kind, parts, numbers } of nodes) {
    const isLeaf = kind === 'term' || kind === 'terms';
    programs.push(INTERVAL_KINDS.indexOf(kind));
    programs.push(parts.length);
    programs.push(numbers.length);
    for (const part of parts) programs.push(isLeaf ? places[part]! : part);
    for (const number of numbers) programs.push(number);
  }
}
