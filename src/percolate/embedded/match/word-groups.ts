import type { Atoms } from '../scan/atoms.ts';
import { OP_SOME_WORDS } from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import { wordTerms } from '../segments/word-programs.ts';
import { matchesWords, type WordOccurrences } from './words.ts';

/** What these programs ask of the document, besides where its words are. */
export interface WordPlaces extends WordOccurrences {
  /** Whether a node is a field of the segment; -1 is any field. */
  isIn(node: number, field: number): boolean;
}

/** Whether the OP_SOME_WORDS or OP_PHRASE_START at word `at` holds. */
export function matchesWordGroup(
  segment: Segment,
  at: number,
  atoms: Atoms,
  where: WordPlaces,
): boolean {
  return segment.programs[at] === OP_SOME_WORDS
    ? hasSomeWords(segment, at, atoms, where)
    : hasPhraseStart(segment, at, atoms, where);
}

function hasSomeWords(segment: Segment, at: number, atoms: Atoms, where: WordPlaces): boolean {
  const { programs } = segment;
  const [field, termClass, start] = [programs[at + 3]! - 1, programs[at + 4]!, programs[at + 5]!];
  const end = at + programs[at + 1]!;
  const first = wordTerms(programs, at).first;
  /** By node, the words that it has. */
  const found = new Map<number, Set<number>>();
  const note = (atom: number, word: number) => {
    const node = atoms.nodes[atom]!;
    const known = found.get(node);
    if (known === undefined) found.set(node, new Set([word]));
    else known.add(word);
  };
  where.spend(atoms.count * (end - first));
  for (let atom = 0; atom < atoms.count; atom++) {
    if (atoms.classes[atom] !== termClass || !where.isIn(atoms.nodes[atom]!, field)) continue;
    for (let p = first; p < end; p++) if (where.isTerm(atom, programs[p]!)) note(atom, p);
    if (start !== 0 && startsWith(segment, start - 1, atoms, atom)) note(atom, -1);
  }
  const atLeast = programs[at + 2]!;
  return [...found.values()].some((words) => words.size >= atLeast);
}

/** In place of the term of the word that is only begun. */
const START = -1;

function hasPhraseStart(segment: Segment, at: number, atoms: Atoms, where: WordPlaces): boolean {
  const { programs } = segment;
  const [field, termClass, position] = [
    programs[at + 4]! - 1,
    programs[at + 5]!,
    programs[at + 7]!,
  ];
  const starts = [programs[at + 6]!];
  const words: number[] = [];
  for (let p = wordTerms(programs, at).first; p < at + programs[at + 1]!; p += 2) {
    if (programs[p + 1] === position) starts.push(programs[p]!);
    else words.push(programs[p]!, programs[p + 1]!);
  }
  // Read as an OP_WORDS: [op, size, slop, (term, position)…].
  const phrase = Int32Array.of(0, 0, programs[at + 2]!, ...words, START, position);
  phrase[1] = phrase.length;
  const begun = new Map<number, ReadonlySet<string>>();
  const isStart = (atom: number): boolean => {
    if (atoms.classes[atom] !== termClass || !where.isIn(atoms.nodes[atom]!, field)) return false;
    if (!starts.some((start) => startsWith(segment, start, atoms, atom))) return false;
    const node = atoms.nodes[atom]!;
    let known = begun.get(node);
    if (known === undefined) {
      where.spend(atoms.count * starts.length);
      known = firstBegun(segment, starts, atoms, atom, programs[at + 3]!);
      begun.set(node, known);
    }
    return known.has(textOf(atoms, atom));
  };
  return matchesWords(phrase, 0, {
    atomCount: where.atomCount,
    isTerm: (atom, term) => (term === START ? isStart(atom) : where.isTerm(atom, term)),
    nodeOf: (atom) => where.nodeOf(atom),
    positionOf: (atom) => where.positionOf(atom),
    spend: (units) => where.spend(units),
  });
}

function startsWith(segment: Segment, start: number, atoms: Atoms, atom: number): boolean {
  const { termMeta, termBytes } = segment;
  const offset = termMeta[start * TERM_WORDS + TERM_OFFSET]!;
  const length = termMeta[start * TERM_WORDS + TERM_LENGTH]!;
  if (atoms.lengths[atom]! < length) return false;
  const from = atoms.starts[atom]!;
  for (let i = 0; i < length; i++) {
    if (atoms.scratch[from + i] !== termBytes[offset + i]) return false;
  }
  return true;
}

/**
 * The words of the atom's field that begin so: the first ones of each beginning until there are `limit`, and then one more of each
 * other beginning, as Elasticsearch looks for them.
 */
function firstBegun(
  segment: Segment,
  starts: readonly number[],
  atoms: Atoms,
  atom: number,
  limit: number,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const start of starts) {
    const own = new Set<string>();
    for (let other = 0; other < atoms.count; other++) {
      if (atoms.classes[other] !== atoms.classes[atom]) continue;
      if (atoms.nodes[other] !== atoms.nodes[atom]) continue;
      if (startsWith(segment, start, atoms, other)) own.add(textOf(atoms, other));
    }
    for (const text of [...own].sort()) {
      found.add(text);
      if (found.size >= limit) break;
    }
    if (found.size > limit) break;
  }
  return found;
}

/** A character for each byte, so that texts are in the order of their bytes. */
function textOf(atoms: Atoms, atom: number): string {
  const { buffer, byteOffset } = atoms.scratch;
  return Buffer.from(buffer, byteOffset + atoms.starts[atom]!, atoms.lengths[atom]!).toString(
    'latin1',
  );
}
