import { accepts } from '../../../query/regexp/automaton.ts';
import type { Atoms } from '../scan/atoms.ts';
import { EDITS, PREFIX_SHIFT, TRANSPOSITIONS } from '../segments/near-programs.ts';
import { OP_AUTOMATON, OUTLINES } from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import type { FieldValues } from './field-values.ts';
import { NearText } from './near-text.ts';
import type { PartHits } from './part-hits.ts';
import type { PartProbe } from './part-probe.ts';
import type { WorkMeter } from './work-meter.ts';

const near = new NearText();

/** Whether some term of the field is one of the automaton's texts, or near to a text: the program at `at`. */
export function matchesNear(
  segment: Segment,
  at: number,
  atoms: Atoms,
  values: FieldValues,
  parts: PartProbe | undefined,
  meter: WorkMeter,
): boolean {
  const { programs } = segment;
  const isOne = nearTest(segment, at, atoms, meter);
  if (parts !== undefined && hasParts(programs, at)) {
    parts.find();
    return hasOneWithPart(programs, at, parts.hits, isOne);
  }
  const field = programs[at + 3]! - 1;
  const termClass = programs[at + 4]!;
  let run = values.next(-1, field, termClass);
  for (; run >= 0; run = values.next(run, field, termClass)) {
    const end = values.runs.ends[run]!;
    for (let atom = values.runs.starts[run]!; atom < end; atom++) if (isOne(atom)) return true;
  }
  return false;
}

/** Whether an atom is what the program at `at` asks for. To be used before the next such test is made. */
export function nearTest(
  segment: Segment,
  at: number,
  atoms: Atoms,
  meter: WorkMeter,
): (atom: number) => boolean {
  const { programs, termMeta, termBytes } = segment;
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
  return (atom) => {
    const start = starts[atom]!;
    const end = start + lengths[atom]!;
    meter.spend(end - start + 1);
    return isAutomaton
      ? accepts(termBytes, from, scratch, start, end)
      : near.isNear(scratch, start, end);
  };
}

/** Whether each outline of the program at `at` has a part, so that terms without any of them are none. */
function hasParts(programs: Int32Array, at: number): boolean {
  const end = at + programs[at + 1]!;
  for (let p = at + OUTLINES; p < end; p += 2) if (programs[p + 1] === 0) return false;
  return end > at + OUTLINES;
}

function hasOneWithPart(
  programs: Int32Array,
  at: number,
  hits: PartHits,
  isOne: (atom: number) => boolean,
): boolean {
  for (let p = at + OUTLINES; p < at + programs[at + 1]!; p += 2) {
    for (let hit = hits.first(programs[p + 1]! - 1); hit >= 0; hit = hits.next(hit)) {
      if (isOne(hits.atomOf(hit))) return true;
    }
  }
  return false;
}
