import { closeTogether, type Slot } from './close-together.ts';
import type { WordOccurrences } from './words.ts';

/** Whether several words of an OP_WORDS have the same position: one of them is enough. They stand side by side. */
export function hasAlternatives(programs: Int32Array, at: number): boolean {
  if (programs[at + 2]! < 0) return false;
  const end = at + programs[at + 1]!;
  for (let p = at + 6; p < end; p += 2) if (programs[p] === programs[p - 2]) return true;
  return false;
}

/** Whether the word at `p` of an OP_WORDS has others at its position, of which one may do as well. */
export function hasBeside(programs: Int32Array, at: number, p: number): boolean {
  const end = at + programs[at + 1]!;
  const position = programs[p + 1];
  return (
    (p > at + 3 && programs[p - 1] === position) || (p + 2 < end && programs[p + 3] === position)
  );
}

/** As `matchesWords`, where some positions have alternatives. */
export function matchesAlternatives(
  programs: Int32Array,
  at: number,
  where: WordOccurrences,
): boolean {
  const slop = programs[at + 2]!;
  for (const slots of slotsByNode(programs, at, where).values()) {
    if (slots.some(({ places }) => places.length === 0)) continue;
    if (slop === 0 ? haveOneStart(slots) : closeTogether(slots, slop, where)) return true;
  }
  return false;
}

/** By node, what each position of the phrase has there. */
function slotsByNode(
  programs: Int32Array,
  at: number,
  where: WordOccurrences,
): Map<number, Slot[]> {
  const groups = groupsOf(programs, at);
  const byNode = new Map<number, Slot[]>();
  groups.forEach(({ terms, offset }, number) => {
    where.spend(where.atomCount * terms.length);
    for (let atom = 0; atom < where.atomCount; atom += 1) {
      if (!terms.some((term) => where.isTerm(atom, term))) continue;
      const node = where.nodeOf(atom);
      let slots = byNode.get(node);
      if (slots === undefined) {
        slots = groups.map((group) => ({ ...group, places: [], atoms: [] }));
        byNode.set(node, slots);
      }
      slots[number]!.places.push(where.positionOf(atom) - offset);
      slots[number]!.atoms.push(atom);
    }
  });
  return byNode;
}

/** Words of one position in the phrase. */
function groupsOf(programs: Int32Array, at: number): Pick<Slot, 'offset' | 'terms'>[] {
  const groups: { offset: number; terms: number[] }[] = [];
  for (let p = at + 3; p < at + programs[at + 1]!; p += 2) {
    const last = groups.at(-1);
    if (last?.offset === programs[p + 1]) last!.terms.push(programs[p]!);
    else groups.push({ offset: programs[p + 1]!, terms: [programs[p]!] });
  }
  return groups;
}

function haveOneStart([first, ...others]: readonly Slot[]): boolean {
  const rest = others.map(({ places }) => new Set(places));
  return first!.places.some((start) => rest.every((own) => own.has(start)));
}
