import type { Atoms } from '../../scan/atoms.ts';
import { EDITS, PREFIX_SHIFT, TRANSPOSITIONS } from '../../segments/near-programs.ts';
import { OP_FUZZY, OP_OR } from '../../segments/program.ts';
import type { Segment } from '../../segments/segment.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../../segments/term-table.ts';
import { NearText } from '../near-text.ts';
import type { WorkMeter } from '../work-meter.ts';

/** Most different terms that Elasticsearch makes of a pattern, unless the query says how many count. */
const MOST_TERMS = 1024;

/** Elasticsearch's default bound for the clauses of a query is passed. */
export class TooManyTerms extends Error {}

const near = new NearText();

/**
 * Those atoms whose terms are among the first: the nearest to the text of near terms, then in the order of
 * their bytes.
 * @param leaf word of the program that found them
 * @param most different terms; 0: all
 * @throws TooManyTerms
 */
export function topTerms(
  segment: Segment,
  leaf: number,
  atoms: Atoms,
  found: Int32Array,
  most: number,
  meter: WorkMeter,
): Int32Array {
  const limit = most === 0 ? MOST_TERMS : most;
  if (found.length <= limit) return found;
  meter.spend(found.length);
  const byText = Map.groupBy(found, (atom) => bytesOf(atoms, atom).toString('latin1'));
  if (byText.size <= limit) return found;
  if (most === 0) throw new TooManyTerms();
  const boosts = boostOf(segment, leaf, atoms, meter);
  const ranked = [...byText.values()]
    .map((ofTerm) => ({ ofTerm, boost: boosts(ofTerm[0]!), text: bytesOf(atoms, ofTerm[0]!) }))
    .sort((a, b) => b.boost - a.boost || Buffer.compare(a.text, b.text));
  meter.spend(ranked.length * 16);
  return Int32Array.from(ranked.slice(0, most).flatMap(({ ofTerm }) => ofTerm)).sort();
}

/** How near a term is, in the precision of Lucene; 1 for all but near terms. */
function boostOf(
  segment: Segment,
  leaf: number,
  atoms: Atoms,
  meter: WorkMeter,
): (atom: number) => number {
  const { programs, termMeta, termBytes } = segment;
  // Forms of a field ask for the same text.
  const at = programs[leaf] === OP_OR ? leaf + 3 : leaf;
  if (programs[at] !== OP_FUZZY) return () => 1;
  const meta = programs[at + 5]! * TERM_WORDS;
  const from = termMeta[meta + TERM_OFFSET]!;
  const to = from + termMeta[meta + TERM_LENGTH]!;
  const details = programs[at + 6]!;
  const [prefix, swaps] = [details >>> PREFIX_SHIFT, (details & TRANSPOSITIONS) !== 0];
  const length = characters(termBytes, from, to);
  return (atom) => {
    const start = atoms.starts[atom]!;
    const end = start + atoms.lengths[atom]!;
    let edits = details & EDITS;
    for (; edits > 0; edits--) {
      meter.spend(end - start + 1);
      near.begin(termBytes, from, to, prefix, edits - 1, swaps);
      if (!near.isNear(atoms.scratch, start, end)) break;
    }
    const least = Math.min(length, characters(atoms.scratch, start, end));
    return edits === 0 ? 1 : Math.fround(1 - Math.fround(edits / least));
  };
}

function characters(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if ((bytes[at]! & 0xc0) !== 0x80) count++;
  return count;
}

function bytesOf({ scratch, starts, lengths }: Atoms, atom: number): Buffer {
  return Buffer.from(scratch.buffer, scratch.byteOffset + starts[atom]!, lengths[atom]!);
}
