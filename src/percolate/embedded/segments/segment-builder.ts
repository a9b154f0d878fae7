import type { Plan } from '../compile/plan.ts';
import { INDEX, MAPPED_TEXT } from '../compile/term-class.ts';
import { hashBytes } from '../memory/hash.ts';
import { ByteList, IntList } from '../memory/int-list.ts';
import { children, chooseAnchors, guessCost, type TermCosts } from './anchors.ts';
import { encodePlan, type ProgramTarget } from './plan-encoder.ts';
import { OP_AND, OP_OR, OP_TERM } from './program.ts';
import { FIELD_WORDS, MULTIPLE, NEEDS_PROGRAM } from './segment-format.ts';
import { TERM_KEY, TERM_LENGTH, TERM_WORDS, TermTable } from './term-table.ts';

const encoder = new TextEncoder();

/** Gathers queries and lays them out; {@link SegmentWriter} puts the result into memory. */
export class SegmentBuilder implements TermCosts, ProgramTarget {
  readonly terms = new TermTable();
  readonly programs = new IntList(1024);
  readonly programStarts = new IntList(256);
  readonly ordinals = new IntList(256);
  readonly constants: number[] = [];
  readonly fields = new IntList(64);
  readonly fieldBytes = new ByteList(256);
  readonly indexTerms = new IntList(8);
  hasWords = false;

  postings = new Int32Array(0);
  postingStarts = new Int32Array(0);
  readonly always = new IntList(8);

  readonly #fieldNumbers = new Map<string, number>();
  readonly #uses = new IntList(256);

  get size(): number {
    return this.ordinals.length;
  }

  add(ordinal: number, plan: Plan): void {
    this.programStarts.push(this.programs.length);
    encodePlan(plan, this);
    this.ordinals.push(ordinal);
  }

  /** Number of a field, which is added when it is new. */
  field(path: string): number {
    const known = this.#fieldNumbers.get(path);
    if (known !== undefined) return known;
    const bytes = encoder.encode(path);
    const number = this.fields.length / FIELD_WORDS;
    this.fields.push(0);
    this.fields.push(hashBytes(bytes, 0, bytes.length));
    this.fields.push(this.fieldBytes.append(bytes, 0, bytes.length));
    this.fields.push(bytes.length);
    this.#fieldNumbers.set(path, number);
    return number;
  }

  /** Number of a term of a field (null: any), for use in a program. */
  term(path: string | null, termClass: number, text: string): number {
    const bytes = encoder.encode(text);
    const field = path === null ? -1 : this.field(path);
    if (field >= 0) this.fields.values[field * FIELD_WORDS]! |= 1 << termClass;
    const pathHash = field < 0 ? 0 : this.fields.values[field * FIELD_WORDS + 1]!;
    const term = this.terms.intern(field, pathHash, termClass, bytes, 0, bytes.length);
    this.#noteNew(term, termClass);
    this.use(term);
    return term;
  }

  /** Number of a term that another segment holds, by its key in this one and its salted hash. */
  copyTerm(key: number, hash: number, source: Uint8Array, from: number, to: number): number {
    const field = (key >>> 5) - 1;
    if (field >= 0) this.fields.values[field * FIELD_WORDS]! |= 1 << (key & 31);
    const term = this.terms.internHashed(key, hash, source, from, to);
    this.#noteNew(term, key & 31);
    return term;
  }

  /** Counts one more program that names the term. */
  use(term: number): void {
    this.#uses.values[term]! += 1;
  }

  #noteNew(term: number, termClass: number): void {
    if (term !== this.#uses.length) return;
    this.#uses.push(0);
    if (termClass === INDEX || termClass === MAPPED_TEXT) this.indexTerms.push(term);
  }

  cost(term: number): number {
    const meta = this.terms.meta.values;
    const at = term * TERM_WORDS;
    return guessCost(meta[at + TERM_KEY]! & 31, meta[at + TERM_LENGTH]!, this.#uses.values[term]!);
  }

  /** Chooses each query's anchors and lays out the postings. */
  layOut(): void {
    this.programStarts.push(this.programs.length);
    const termOf = new IntList(this.size * 2);
    const entries = new IntList(this.size * 4);
    const program = this.programs.view();
    for (let query = 0; query < this.size; query++) {
      const at = this.programStarts.values[query]!;
      const anchors = chooseAnchors(program, at, this);
      if (anchors === null) {
        this.always.push(query);
        continue;
      }
      const multiple = anchors.terms.length > 1 ? MULTIPLE : 0;
      for (const term of anchors.terms) {
        termOf.push(term);
        const required = this.#requiredBeside(program, at, term);
        entries.push((query << 2) | multiple | (required.decides ? 0 : NEEDS_PROGRAM));
        entries.push(required.term);
      }
    }
    this.#sortPostings(termOf.view(), entries.view());
  }

  /** The cheapest further term that a match needs, and whether anchor and that term together decide. */
  #requiredBeside(
    program: Int32Array,
    at: number,
    anchor: number,
  ): { term: number; decides: boolean } {
    const op = program[at];
    if (op === OP_TERM) return { term: anchor, decides: true };
    if (op === OP_OR && program[at + 2] === 1) {
      for (const child of children(program, at, 3)) {
        if (program[child] === OP_TERM && program[child + 2] === anchor)
          return { term: anchor, decides: true };
      }
    }
    if (op !== OP_AND) return { term: anchor, decides: false };
    let best = -1;
    let clauses = 0;
    let terms = 0;
    for (const child of children(program, at, 2)) {
      clauses++;
      if (program[child] !== OP_TERM) continue;
      terms++;
      const term = program[child + 2]!;
      if (term !== anchor && (best < 0 || this.cost(term) < this.cost(best))) best = term;
    }
    if (best < 0) return { term: anchor, decides: false };
    return { term: best, decides: clauses === 2 && terms === 2 };
  }

  /** Counting sort by term: postings of a term stand together, queries ascending. */
  #sortPostings(termOf: Int32Array, entries: Int32Array): void {
    const starts = new Int32Array(this.terms.size + 1);
    for (const term of termOf) starts[term + 1]! += 2;
    for (let term = 0; term < this.terms.size; term++) starts[term + 1]! += starts[term]!;
    const next = starts.slice();
    this.postings = new Int32Array(entries.length);
    for (let k = 0; k < termOf.length; k++) {
      const at = next[termOf[k]!]!;
      this.postings[at] = entries[2 * k]!;
      this.postings[at + 1] = entries[2 * k + 1]!;
      next[termOf[k]!] = at + 2;
    }
    this.postingStarts = starts;
  }
}
