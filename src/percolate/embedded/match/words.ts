import { closeTogether, type Slot } from './close-together.ts';
import { hasAlternatives, matchesAlternatives } from './word-alternatives.ts';

/** Where the words of a document stand, as phrases need to know it. */
export interface WordOccurrences {
  readonly atomCount: number;
  isTerm(atom: number, term: number): boolean;
  nodeOf(atom: number): number;
  positionOf(atom: number): number;
  /** So many places are looked at next, see WorkMeter. */
  spend(units: number): void;
}

/**
 * Whether one field has all words of the OP_WORDS node at `at`: at their relative positions, moved by
 * no more than `slop` in all, or anywhere when slop is -1.
 */
export function matchesWords(programs: Int32Array, at: number, where: WordOccurrences): boolean {
  const end = at + programs[at + 1]!;
  const slop = programs[at + 2]!;
  const first = at + 3;
  where.spend(where.atomCount);
  if (hasAlternatives(programs, at)) return matchesAlternatives(programs, at, where);
  // A field that has been looked at whole need not be again for each place of the first word.
  let without = -1;
  for (let atom = 0; atom < where.atomCount; atom++) {
    if (!where.isTerm(atom, programs[first]!)) continue;
    if (slop === 0) {
      if (followsExactly(programs, first, end, where, atom)) return true;
      continue;
    }
    const node = where.nodeOf(atom);
    if (node === without) continue;
    if (slop < 0) {
      if (fieldHasEach(programs, first + 2, end, where, node)) return true;
    } else if (fieldHasWords(programs, first, end, where, node, slop)) return true;
    without = node;
  }
  return false;
}

/** Tokens of a value stand in the table in order, so that the next word is a step or two ahead. */
function followsExactly(
  programs: Int32Array,
  first: number,
  end: number,
  where: WordOccurrences,
  start: number,
): boolean {
  const node = where.nodeOf(start);
  const base = where.positionOf(start) - programs[first + 1]!;
  let atom = start;
  for (let p = first + 2; p < end; p += 2) {
    const wanted = base + programs[p + 1]!;
    // Some analyzers put several tokens at one position.
    for (; ; atom++) {
      if (atom >= where.atomCount || where.nodeOf(atom) !== node) return false;
      const position = where.positionOf(atom);
      if (position > wanted) return false;
      if (position === wanted && where.isTerm(atom, programs[p]!)) break;
    }
  }
  return true;
}

/** Whether a field has the words from `from` on, in whatever order. */
function fieldHasEach(
  programs: Int32Array,
  from: number,
  end: number,
  where: WordOccurrences,
  node: number,
): boolean {
  for (let p = from; p < end; p += 2) {
    where.spend(where.atomCount);
    let atom = 0;
    while (where.nodeOf(atom) !== node || !where.isTerm(atom, programs[p]!)) {
      atom++;
      if (atom >= where.atomCount) return false;
    }
  }
  return true;
}

function fieldHasWords(
  programs: Int32Array,
  first: number,
  end: number,
  where: WordOccurrences,
  node: number,
  slop: number,
): boolean {
  // Places of each word, relative to its place in the phrase.
  const slots: Slot[] = [];
  for (let p = first; p < end; p += 2) {
    const slot: Slot = { offset: programs[p + 1]!, terms: [programs[p]!], places: [], atoms: [] };
    where.spend(where.atomCount);
    for (let atom = 0; atom < where.atomCount; atom++) {
      if (where.nodeOf(atom) === node && where.isTerm(atom, programs[p]!)) {
        slot.places.push(where.positionOf(atom) - slot.offset);
        slot.atoms.push(atom);
      }
    }
    if (slot.places.length === 0) return false;
    slots.push(slot);
  }
  return closeTogether(slots, slop, where);
}
