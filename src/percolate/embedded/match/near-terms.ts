import { accepts } from '../../../query/regexp/automaton.ts';
import type { Atoms } from '../scan/atoms.ts';
import { EDITS, PREFIX_SHIFT, TRANSPOSITIONS } from '../segments/near-programs.ts';
import { OP_AUTOMATON } from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import type { FieldValues } from './field-values.ts';
import { NearText } from './near-text.ts';
import type { WorkMeter } from './work-meter.ts';

const near = new NearText();

/** Whether some term of the field is one of the automaton's texts, or near to a text: the program at `at`. */
export function matchesNear(
  segment: Segment,
  at: number,
  atoms: Atoms,
  values: FieldValues,
  meter: WorkMeter,
): boolean {
  const { programs, termMeta, termBytes } = segment;
  const field = programs[at + 3]! - 1;
  const termClass = programs[at + 4]!;
  const term = programs[at + 5]! * TERM_WORDS;
  const from = termMeta[term + TERM_OFFSET]!;
  const isAutomaton = programs[at] === OP_AUTOMATON;
  if (!isAutomaton) {
    const details = programs[at + 6]!;
    const prefix = details >>> PREFIX_SHIFT;
    const swaps = (details & TRANSPOSITIONS) !== 0;
    near.begin(
      termBytes,
      from,
      from + termMeta[term + TERM_LENGTH]!,
      prefix,
      details & EDITS,
      swaps,
    );
  }
  const { starts, lengths, scratch } = atoms;
  let run = values.next(-1, field, termClass);
  for (; run >= 0; run = values.next(run, field, termClass)) {
    const end = values.runs.ends[run]!;
    for (let atom = values.runs.starts[run]!; atom < end; atom++) {
      const start = starts[atom]!;
      const length = lengths[atom]!;
      meter.spend(length + 1);
      if (isAutomaton) {
        if (accepts(termBytes, from, scratch, start, start + length)) return true;
      } else if (near.isNear(scratch, start, start + length)) return true;
    }
  }
  return false;
}
