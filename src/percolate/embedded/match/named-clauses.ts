import { OP_NAMED } from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';

/**
 * Names of the clauses of a matching query that hold by themselves, each once.
 * @param query number in the segment
 * @param holds runs the program at a word
 */
export function namesThatHold(
  segment: Segment,
  query: number,
  holds: (at: number) => boolean,
): string[] {
  const { programs, programStarts } = segment;
  const end = programStarts[query + 1]!;
  const names = new Set<string>();
  for (let at = programStarts[query]!; at < end; at += programs[at + 1]!) {
    if (programs[at] === OP_NAMED && holds(at + 3)) names.add(segment.termText(programs[at + 2]!));
  }
  return [...names].sort();
}
