import type { Atoms } from '../scan/atoms.ts';
import { EXACT_PART, IGNORE_CASE, WILDCARD_PART } from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import type { FieldValues } from './field-values.ts';
import type { PartProbe } from './part-probe.ts';
import type { TermSet } from './term-set.ts';
import { matchesWildcard } from './wildcard.ts';
import type { WorkMeter } from './work-meter.ts';

/**
 * Whether some term of the field matches the pattern of the OP_WILDCARD at word `at`.
 * @param parts undefined where terms are not to be looked up by their parts: what has a part may be in any field
 */
export function holdsWildcard(
  segment: Segment,
  at: number,
  offered: TermSet,
  atoms: Atoms,
  values: FieldValues,
  parts: PartProbe | undefined,
  meter: WorkMeter,
): boolean {
  const { programs, termMeta, termBytes } = segment;
  const part = parts === undefined ? -1 : programs[at + WILDCARD_PART]! - 1;
  const how = programs[at + 6]!;
  if (part >= 0) {
    parts!.find();
    if (!offered.has(part)) return false;
    if (how & EXACT_PART) return true;
  }
  const pattern = programs[at + 5]! * TERM_WORDS;
  const from = termMeta[pattern + TERM_OFFSET]!;
  const to = from + termMeta[pattern + TERM_LENGTH]!;
  const isCaseless = (how & IGNORE_CASE) !== 0;
  const { starts, lengths, scratch } = atoms;
  if (part >= 0) {
    const { hits } = parts!;
    for (let hit = hits.first(part); hit >= 0; hit = hits.next(hit)) {
      const atom = hits.atomOf(hit);
      const start = starts[atom]!;
      const end = start + lengths[atom]!;
      meter.spend(1);
      if (matchesWildcard(termBytes, from, to, scratch, start, end, isCaseless, meter)) return true;
    }
    return false;
  }
  const field = programs[at + 3]! - 1;
  const termClass = programs[at + 4]!;
  let run = values.next(-1, field, termClass);
  for (; run >= 0; run = values.next(run, field, termClass)) {
    const last = values.runs.ends[run]!;
    meter.spend(last - values.runs.starts[run]!);
    for (let atom = values.runs.starts[run]!; atom < last; atom++) {
      const start = starts[atom]!;
      const end = start + lengths[atom]!;
      if (matchesWildcard(termBytes, from, to, scratch, start, end, isCaseless, meter)) return true;
    }
  }
  return false;
}
