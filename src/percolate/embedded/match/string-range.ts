import type { Atoms } from '../scan/atoms.ts';
import { INCLUDE_LOWER, INCLUDE_UPPER } from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import type { FieldValues } from './field-values.ts';
import type { WorkMeter } from './work-meter.ts';

/** Whether some term of the field is within the bounds of the OP_STRING_RANGE at word `at`. */
export function matchesStringRange(
  segment: Segment,
  at: number,
  atoms: Atoms,
  values: FieldValues,
  meter: WorkMeter,
): boolean {
  const { programs } = segment;
  const field = programs[at + 3]! - 1;
  const termClass = programs[at + 4]!;
  const isWithin = withinBounds(segment, at, atoms);
  let run = values.next(-1, field, termClass);
  for (; run >= 0; run = values.next(run, field, termClass)) {
    const { starts, ends } = values.runs;
    meter.spend(ends[run]! - starts[run]!);
    for (let atom = starts[run]!; atom < ends[run]!; atom++) {
      if (isWithin(atom)) return true;
    }
  }
  return false;
}

/** Whether an atom is within the bounds of the OP_STRING_RANGE at word `at`. */
export function withinBounds(
  segment: Segment,
  at: number,
  atoms: Atoms,
): (atom: number) => boolean {
  const { programs } = segment;
  const lower = programs[at + 5]! - 1;
  const upper = programs[at + 6]! - 1;
  const bits = programs[at + 7]!;
  return (atom) => {
    if (lower >= 0) {
      const order = compareBytes(segment, atoms, atom, lower);
      if (order < 0 || (order === 0 && !(bits & INCLUDE_LOWER))) return false;
    }
    if (upper >= 0) {
      const order = compareBytes(segment, atoms, atom, upper);
      if (order > 0 || (order === 0 && !(bits & INCLUDE_UPPER))) return false;
    }
    return true;
  };
}

/** Order of an atom's bytes and a term's; UTF-8 sorts as Lucene does. */
function compareBytes(segment: Segment, atoms: Atoms, atom: number, term: number): number {
  const { termMeta, termBytes } = segment;
  const { starts, lengths, scratch } = atoms;
  const offset = termMeta[term * TERM_WORDS + TERM_OFFSET]!;
  const length = termMeta[term * TERM_WORDS + TERM_LENGTH]!;
  const start = starts[atom]!;
  const shared = Math.min(length, lengths[atom]!);
  for (let i = 0; i < shared; i++) {
    const difference = scratch[start + i]! - termBytes[offset + i]!;
    if (difference !== 0) return difference;
  }
  return lengths[atom]! - length;
}
