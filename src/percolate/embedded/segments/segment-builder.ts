import { isFieldPattern } from '../../../query/field-patterns.ts';
import type { NamedPlan } from '../compile/compile.ts';
import type { Plan } from '../compile/plan.ts';
import { BOUND, HAS_VALUE, INDEX, isMarker, MAPPED_TEXT, PART } from '../compile/term-class.ts';
import { CELL_BYTES, cellHash, writeCellAt } from '../geo/cells.ts';
import type { Cell } from '../geo/cover.ts';
import { hashBytes } from '../memory/hash.ts';
import { ByteList, IntList } from '../memory/int-list.ts';
import {
  type Anchor,
  type AnchorSource,
  EVERY_DOCUMENT,
  guessAbsentCost,
  guessCost,
  MARKER_COST,
  type PartPlace,
} from './anchor.ts';
import { chooseAnchors } from './anchors.ts';
import { encodeGuard, GUARD, type Guard, guardKey } from './guards.ts';
import { IntervalList } from './interval-list.ts';
import { partBytes, partHash, partTag } from './part-terms.ts';
import { type PatternParts, PLACES, partsOf } from './pattern-parts.ts';
import { encodePlan, type ProgramTarget } from './plan-encoder.ts';
import { NOTHING_REQUIRED, PostingList } from './posting-list.ts';
import { OP_HOLLOW, OP_NAMED } from './program.ts';
import {
  FIELD_WORDS,
  MULTIPLE,
  NEEDS_INDEX,
  NEEDS_PROGRAM,
  QUERY_SHIFT,
} from './segment-format.ts';
import { TERM_KEY, TERM_LENGTH, TERM_OFFSET, TERM_WORDS, TermTable } from './term-table.ts';

const encoder = new TextEncoder();
/** A part that one of a hundred queries stands under is guessed to be in every third document. */
const SHARED_PART_COST = 32 * EVERY_DOCUMENT;

/** Gathers queries and lays them out; {@link SegmentWriter} puts the result into memory. */
export class SegmentBuilder implements AnchorSource, ProgramTarget {
  readonly terms = new TermTable();
  readonly programs = new IntList(1024);
  readonly programStarts = new IntList(256);
  readonly ordinals = new IntList(256);
  readonly constants: number[] = [];
  readonly fields = new IntList(64);
  readonly fieldBytes = new ByteList(256);
  readonly indexTerms = new IntList(8);
  hasWords = false;
  hasNames = false;

  postings: Int32Array = new Int32Array(0);
  postingStarts: Int32Array = new Int32Array(0);
  /** (term, one past its last word in absentPostings) of each term whose absence brings queries up. */
  absentGroups: Int32Array = new Int32Array(0);
  absentPostings: Int32Array = new Int32Array(0);
  readonly intervals = new IntervalList();
  /** See guards.ts. */
  readonly guards = new IntList(16);
  /** Some query is found by a part, or by its absence; else parts only need to be looked for where one is asked for. */
  hasPartAnchors = false;
  readonly always = new IntList(8);
  /** Postings under terms that say nothing but that a field is there, whose programs have to run. */
  weak = 0;
  /** Bit per length that parts have, by place. */
  readonly partLengths = new Int32Array(PLACES);
  hasAnyParts = false;
  /** Terms that documents may offer: all but those that only hold bytes. */
  lookedUp = 0;
  readonly valueTerms = new IntList(8);

  readonly #fieldNumbers = new Map<string, number>();
  readonly #isPattern: boolean[] = [];
  readonly #uses = new IntList(256);
  readonly #guardPlaces = new Map<string, number>();

  get size(): number {
    return this.ordinals.length;
  }

  add(ordinal: number, plan: Plan): void {
    this.programStarts.push(this.programs.length);
    encodePlan(plan, this);
    this.ordinals.push(ordinal);
  }

  /** Of the query that was added last: its program does not tell all fields that it asks for. */
  markHollow(): void {
    this.programs.push(OP_HOLLOW);
    this.programs.push(2);
  }

  /** A clause of the query that was added last, which is told by its name. */
  addName({ name, plan }: NamedPlan): void {
    this.hasNames = true;
    const start = this.programs.length;
    this.programs.push(OP_NAMED);
    this.programs.push(0);
    this.programs.push(this.term(null, BOUND, name));
    encodePlan(plan, this);
    this.programs.values[start + 1] = this.programs.length - start;
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
    this.#isPattern.push(isFieldPattern(path));
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

  bytes(bytes: Uint8Array): number {
    const term = this.terms.intern(-1, 0, BOUND, bytes, 0, bytes.length);
    this.#noteNew(term, BOUND);
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

  #noteNew(term: number, termClass: number): boolean {
    if (term !== this.#uses.length) return false;
    this.#uses.push(0);
    if (termClass !== BOUND) this.lookedUp++;
    if (termClass === INDEX || termClass === MAPPED_TEXT) this.indexTerms.push(term);
    return true;
  }

  cost(term: number): number {
    const meta = this.terms.meta.values;
    const at = term * TERM_WORDS;
    const termClass = meta[at + TERM_KEY]! & 31;
    return guessCost(termClass, meta[at + TERM_LENGTH]!, this.#uses.values[term]!, this.size);
  }

  uses(term: number): number {
    return this.#uses.values[term]!;
  }

  classOf(term: number): number {
    return this.terms.meta.values[term * TERM_WORDS + TERM_KEY]! & 31;
  }

  absentCost(term: number): number {
    const termClass = this.classOf(term);
    return guessAbsentCost(termClass, this.#uses.values[term]!);
  }

  partCost(part: PartPlace): number {
    return Math.min(MARKER_COST, (this.partUses(part) * SHARED_PART_COST) / this.size);
  }

  partUses(part: PartPlace): number {
    const term = this.#partTerm(part, 'find');
    return term < 0 ? 0 : this.#uses.values[term]!;
  }

  partTerm(part: PartPlace): number {
    return this.#partTerm(part, 'intern');
  }

  isPattern(field: number): boolean {
    return this.#isPattern[field]!;
  }

  termBytes(term: number): Uint8Array {
    const meta = this.terms.meta.values;
    const from = meta[term * TERM_WORDS + TERM_OFFSET]!;
    return this.terms.bytes.values.subarray(from, from + meta[term * TERM_WORDS + TERM_LENGTH]!);
  }

  patternParts(term: number): PatternParts {
    return partsOf(this.termBytes(term));
  }

  #partTerm({ place, bytes, fieldPlusOne, termClass }: PartPlace, how: 'find' | 'intern'): number {
    const tag = partTag(place, termClass);
    const pathHash =
      fieldPlusOne === 0 ? 0 : this.fields.values[(fieldPlusOne - 1) * FIELD_WORDS + 1]!;
    const key = (fieldPlusOne << 5) | PART;
    const text = partBytes(bytes, tag);
    const hash = partHash(bytes, pathHash, tag);
    if (how === 'find') return this.terms.find(key, hash, text, 0, text.length);
    const term = this.copyTerm(key, hash, text, 0, text.length);
    this.partLengths[place]! |= 1 << bytes.length;
    if (fieldPlusOne === 0) this.hasAnyParts = true;
    return term;
  }

  #cellTerm(fieldPlusOne: number, termClass: number, { level, column, row }: Cell): number {
    const bytes = new Uint8Array(CELL_BYTES);
    writeCellAt(bytes, level, column, row);
    const pathHash = this.fields.values[(fieldPlusOne - 1) * FIELD_WORDS + 1]!;
    const hash = cellHash(bytes, pathHash, termClass);
    const term = this.copyTerm((fieldPlusOne << 5) | termClass, hash, bytes, 0, CELL_BYTES);
    this.use(term);
    return term;
  }

  /** The term for "has a value of one of these classes in the field". */
  #valueTerm(field: number, classes: number): number {
    const bytes = new Uint8Array(Int32Array.of(classes).buffer);
    const pathHash = this.fields.values[field * FIELD_WORDS + 1]!;
    const term = this.terms.intern(field, pathHash, HAS_VALUE, bytes, 0, bytes.length);
    if (this.#noteNew(term, HAS_VALUE)) this.valueTerms.push(term);
    return term;
  }

  /** Chooses each query's anchors and lays out postings and intervals. */
  layOut(): void {
    this.programStarts.push(this.programs.length);
    const offered = new PostingList();
    const absent = new PostingList();
    for (let query = 0; query < this.size; query++) {
      const found = chooseAnchors(this, this.programStarts.values[query]!, 'query');
      if (found === null) {
        this.always.push(query);
        continue;
      }
      const multiple = found.anchors.length > 1 ? MULTIPLE : 0;
      for (const anchor of found.anchors) {
        const flags = anchor.exact ? (anchor.inIndex ? NEEDS_INDEX : 0) : NEEDS_PROGRAM;
        const entry = (query << QUERY_SHIFT) | multiple | flags;
        this.#post(anchor, entry, offered, absent);
      }
    }
    const { starts, postings } = offered.sorted(this.terms.size);
    this.postingStarts = starts;
    this.postings = postings;
    const { groups, postings: absentPostings } = absent.grouped(this.terms.size);
    this.absentGroups = groups;
    this.absentPostings = absentPostings;
    this.intervals.layOut();
  }

  #post({ at, required }: Anchor, entry: number, offered: PostingList, absent: PostingList): void {
    const further = this.#further(required);
    switch (at.kind) {
      case 'term':
      case 'part': {
        const term = at.kind === 'term' ? at.term : this.#partAnchor(at.part);
        if (entry & NEEDS_PROGRAM && this.#isWeak(term)) this.weak++;
        offered.add(term, entry, further ?? term);
        return;
      }
      case 'range':
        // Two values of a document may be in one interval.
        this.intervals.add(at.key, at.low, at.high, entry | MULTIPLE, further ?? NOTHING_REQUIRED);
        return;
      case 'cell': {
        const term = this.#cellTerm(at.fieldPlusOne, at.termClass, at.cell);
        offered.add(term, entry, further ?? term);
        return;
      }
      case 'absent':
        absent.add(at.term, entry, further ?? NOTHING_REQUIRED);
        return;
      case 'absentPart':
        absent.add(this.#partAnchor(at.part), entry, further ?? NOTHING_REQUIRED);
        return;
      case 'absentValue':
        absent.add(this.#valueTerm(at.field, at.classes), entry, further ?? NOTHING_REQUIRED);
        return;
    }
  }

  #further(required: Anchor['required']): number | undefined {
    if (typeof required !== 'object') return required;
    if ('tests' in required) return GUARD | this.#guardPlace(required);
    // It stands beside another part, so parts are looked for in every document.
    return this.#usedPart(required);
  }

  #partAnchor(part: PartPlace): number {
    this.hasPartAnchors = true;
    return this.#usedPart(part);
  }

  #usedPart(part: PartPlace): number {
    const term = this.#partTerm(part, 'intern');
    this.use(term);
    return term;
  }

  #guardPlace(guard: Guard): number {
    const key = guardKey(guard);
    const known = this.#guardPlaces.get(key);
    if (known !== undefined) return known;
    const place = this.guards.length;
    const words = encodeGuard(guard, (low, high) => this.constants.push(low, high) - 2);
    for (const word of words) this.guards.push(word);
    this.#guardPlaces.set(key, place);
    return place;
  }

  /** Whether a term tells nothing of what a document holds but that it has a field. */
  #isWeak(term: number): boolean {
    const termClass = this.classOf(term);
    return termClass === INDEX || termClass === MAPPED_TEXT || isMarker(termClass);
  }
}
