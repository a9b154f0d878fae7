import { accepts } from '../../../query/regexp/automaton.ts';
import type { Atoms } from '../scan/atoms.ts';
import { EDITS, PREFIX_SHIFT, TRANSPOSITIONS } from '../segments/near-programs.ts';
import { OP_AUTOMATON } from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import { NearText } from './near-text.ts';
import type { WorkMeter } from './work-meter.ts';

/** What tells the fields of atoms. */
export interface FieldTest {
  isIn(node: number, field: number): boolean;
}

const near = new NearText();

/** Whether some term of the field is one of the automaton's texts, or near to a text: the program at `at`. */
export function matchesNear(
  segment: Segment,
  at: number,
  atoms: Atoms,
  fields: FieldTest,
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
  const { count, classes, nodes, starts, lengths, scratch } = atoms;
  meter.spend(count);
  let node = -1;
  let isAsked = field === -1;
  for (let atom = 0; atom < count; atom++) {
    if (classes[atom] !== termClass) continue;
    if (field !== -1 && nodes[atom] !== node) {
      node = nodes[atom]!;
      isAsked = fields.isIn(node, field);
    }
    if (!isAsked) continue;
    const start = starts[atom]!;
    const length = lengths[atom]!;
    meter.spend(length);
    if (isAutomaton) {
      if (accepts(termBytes, from, scratch, start, start + length)) return true;
    } else if (near.isNear(scratch, start, start + length)) return true;
  }
  return false;
}
