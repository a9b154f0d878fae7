import { closeTogether } from './close-together.ts';
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

/** Words of one position in the phrase. */
interface Group {
  readonly position: number;
  readonly terms: number[];
}

function groupsOf(programs: Int32Array, at: number): Group[] {
  const groups: Group[] = [];
  for (let p = at + 3; p < at + programs[at + 1]!; p += 2) {
    const last = groups.at(-1);
    if (last?.position === programs[p + 1]) last!.terms.push(programs[p]!);
    else groups.push({ position: programs[p + 1]!, terms: [programs[p]!] });
  }
  return groups;
}

/** As `matchesWords`, where some positions have alternatives. */
export function matchesAlternatives(
  programs: Int32Array,
  at: number,
  where: WordOccurrences,
): boolean {
  const groups = groupsOf(programs, at);
  const slop = programs[at + 2]!;
  const alike = likeness(groups);
  for (const places of placesByNode(groups, where).values()) {
    const found = places.map((own) => [...own]);
    if (slop === 0 ? haveOneStart(places) : isClose(found)) return true;
  }
  return false;

  function isClose(found: readonly number[][]): boolean {
    if (found.some((own) => own.length === 0)) return false;
    const offsets = groups.map(({ position }) => position);
    return closeTogether(found, offsets, alike, slop, where);
  }
}

/** By node, where each group has one of its words, less the group's own position. */
function placesByNode(
  groups: readonly Group[],
  where: WordOccurrences,
): Map<number, Set<number>[]> {
  const byNode = new Map<number, Set<number>[]>();
  groups.forEach(({ terms, position }, number) => {
    where.spend(where.atomCount * terms.length);
    for (let atom = 0; atom < where.atomCount; atom += 1) {
      if (!terms.some((term) => where.isTerm(atom, term))) continue;
      const node = where.nodeOf(atom);
      let places = byNode.get(node);
      if (places === undefined) {
        places = groups.map(() => new Set());
        byNode.set(node, places);
      }
      places[number]!.add(where.positionOf(atom) - position);
    }
  });
  return byNode;
}

function haveOneStart([first, ...others]: readonly Set<number>[]): boolean {
  return [...first!].some((start) => others.every((own) => own.has(start)));
}

/** Groups with a word in common, by way of others too, get the same number: they take places of their own. */
function likeness(groups: readonly Group[]): number[] {
  const alike = groups.map((_, number) => number);
  groups.forEach(({ terms }, number) => {
    for (let before = 0; before < number; before += 1) {
      if (!groups[before]!.terms.some((term) => terms.includes(term))) continue;
      const [from, to] = [alike[number]!, alike[before]!];
      alike.forEach((one, i) => {
        if (one === from) alike[i] = to;
      });
    }
  });
  return alike;
}
