import { GROUP_WORDS } from './interval-list.ts';
import { PLACES } from './pattern-parts.ts';
import * as F from './segment-format.ts';
import { TERM_KEY, TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from './term-table.ts';

/** A segment as it lies in shared memory: views, no copies. */
export class Segment {
  readonly id: number;
  /** Place of the segment in the arena, bytes. */
  readonly offset: number;
  readonly bytes: number;
  readonly queries: number;
  readonly termCount: number;
  readonly anyClasses: number;
  readonly fieldClasses: number;
  readonly hasWords: boolean;
  readonly hasNames: boolean;
  readonly slotMask: number;
  readonly constants: Float64Array;
  readonly slots: Int32Array;
  readonly termMeta: Int32Array;
  readonly postingStarts: Int32Array;
  readonly postings: Int32Array;
  readonly ordinals: Int32Array;
  readonly programStarts: Int32Array;
  readonly programs: Int32Array;
  readonly always: Int32Array;
  readonly indexTerms: Int32Array;
  readonly fields: Int32Array;
  readonly live: Int32Array;
  readonly intervalLows: Float64Array;
  readonly intervalHighs: Float64Array;
  readonly intervalMaxima: Float64Array;
  readonly intervalGroups: Int32Array;
  readonly intervalEntries: Int32Array;
  readonly absentGroups: Int32Array;
  readonly absentPostings: Int32Array;
  readonly valueTerms: Int32Array;
  readonly guards: Int32Array;
  /** Bit per length, by place. */
  readonly partLengths: Int32Array;
  readonly hasAnyParts: boolean;
  readonly hasPartAnchors: boolean;
  /** Queries that are verified for every document that has their field, or is in their index. */
  readonly weak: number;
  readonly termBytes: Uint8Array;
  readonly fieldBytes: Uint8Array;
  #fieldNumbers: Map<string, number> | undefined;

  /** @throws Error when the place holds no segment of this format */
  constructor(memory: SharedArrayBuffer, offset: number) {
    const header = new Int32Array(memory, offset, F.HEADER_WORDS);
    if (header[F.H_MAGIC] !== F.MAGIC || header[F.H_FORMAT] !== F.FORMAT) {
      throw new Error(`no segment of format ${F.FORMAT} at ${offset}`);
    }
    const words = (section: number, length: number) =>
      new Int32Array(memory, offset + header[F.H_SECTIONS + section]!, length);
    const bytes = (section: number, length: number) =>
      new Uint8Array(memory, offset + header[F.H_SECTIONS + section]!, length);
    this.id = header[F.H_ID]!;
    this.offset = offset;
    this.bytes = header[F.H_BYTES]!;
    this.queries = header[F.H_QUERIES]!;
    this.termCount = header[F.H_TERMS]!;
    this.anyClasses = header[F.H_ANY_CLASSES]!;
    this.fieldClasses = header[F.H_FIELD_CLASSES]!;
    this.hasWords = header[F.H_HAS_WORDS] === 1;
    this.hasNames = header[F.H_HAS_NAMES] === 1;
    this.slotMask = header[F.H_SLOTS]! - 1;
    const doubles = (section: number, length: number) =>
      new Float64Array(memory, offset + header[F.H_SECTIONS + section]!, length);
    this.constants = doubles(F.S_CONSTANTS, header[F.H_CONSTANTS]!);
    const intervals = header[F.H_INTERVALS]!;
    this.intervalLows = doubles(F.S_INTERVAL_LOWS, intervals);
    this.intervalHighs = doubles(F.S_INTERVAL_HIGHS, intervals);
    this.intervalMaxima = doubles(F.S_MAXIMA, header[F.H_MAXIMA]!);
    this.intervalGroups = words(F.S_INTERVAL_GROUPS, header[F.H_INTERVAL_GROUPS]! * GROUP_WORDS);
    this.intervalEntries = words(F.S_INTERVAL_ENTRIES, intervals * 2);
    this.absentGroups = words(F.S_ABSENT_GROUPS, header[F.H_ABSENT_GROUPS]! * 2);
    this.absentPostings = words(F.S_ABSENT, header[F.H_ABSENT_WORDS]!);
    this.valueTerms = words(F.S_VALUE_TERMS, header[F.H_VALUE_TERMS]!);
    this.partLengths = header.slice(F.H_PART_LENGTHS, F.H_PART_LENGTHS + PLACES);
    this.guards = words(F.S_GUARDS, header[F.H_GUARDS]!);
    this.hasPartAnchors = header[F.H_PART_ANCHORS] === 1;
    this.hasAnyParts = header[F.H_ANY_PARTS] === 1;
    this.weak = header[F.H_WEAK]!;
    this.slots = words(F.S_SLOTS, header[F.H_SLOTS]! * F.SLOT_PAIR);
    this.termMeta = words(F.S_TERM_META, this.termCount * TERM_WORDS);
    this.postingStarts = words(F.S_POSTING_STARTS, this.termCount + 1);
    this.postings = words(F.S_POSTINGS, header[F.H_POSTING_WORDS]!);
    this.ordinals = words(F.S_ORDINALS, this.queries);
    this.programStarts = words(F.S_PROGRAM_STARTS, this.queries + 1);
    this.programs = words(F.S_PROGRAMS, header[F.H_PROGRAM_WORDS]!);
    this.always = words(F.S_ALWAYS, header[F.H_ALWAYS]!);
    this.indexTerms = words(F.S_INDEX_TERMS, header[F.H_INDEX_TERMS]!);
    this.fields = words(F.S_FIELDS, header[F.H_FIELDS]! * F.FIELD_WORDS);
    this.live = words(F.S_LIVE, (this.queries + 31) >>> 5);
    this.termBytes = bytes(F.S_TERM_BYTES, header[F.H_TERM_BYTES]!);
    this.fieldBytes = bytes(F.S_FIELD_BYTES, header[F.H_FIELD_BYTES]!);
  }

  /**
   * Number of a term, or -1.
   * @param key field and class, see termKey
   * @param hash with the salt of field and class mixed in
   */
  lookup(key: number, hash: number, source: Uint8Array, from: number, length: number): number {
    const { slots, slotMask, termMeta } = this;
    let slot = hash & slotMask;
    for (;;) {
      const held = slots[slot * 2 + 1]!;
      if (held === 0) return -1;
      if (slots[slot * 2] === hash) {
        const at = (held - 1) * TERM_WORDS;
        if (
          termMeta[at + TERM_KEY] === key &&
          termMeta[at + TERM_LENGTH] === length &&
          this.#sameBytes(termMeta[at + TERM_OFFSET]!, source, from, length)
        ) {
          return held - 1;
        }
      }
      slot = (slot + 1) & slotMask;
    }
  }

  /** Number of the term for a part of a pattern, or -1. @param tag see partTag */
  lookupPart(
    key: number,
    hash: number,
    tag: number,
    source: Uint8Array,
    from: number,
    length: number,
  ): number {
    const { slots, slotMask, termMeta, termBytes } = this;
    let slot = hash & slotMask;
    for (;;) {
      const held = slots[slot * 2 + 1]!;
      if (held === 0) return -1;
      if (slots[slot * 2] === hash) {
        const at = (held - 1) * TERM_WORDS;
        const offset = termMeta[at + TERM_OFFSET]!;
        if (
          termMeta[at + TERM_KEY] === key &&
          termMeta[at + TERM_LENGTH] === length + 1 &&
          termBytes[offset] === tag &&
          this.#sameBytes(offset + 1, source, from, length)
        ) {
          return held - 1;
        }
      }
      slot = (slot + 1) & slotMask;
    }
  }

  #sameBytes(offset: number, source: Uint8Array, from: number, length: number): boolean {
    const { termBytes } = this;
    for (let i = 0; i < length; i++) if (termBytes[offset + i] !== source[from + i]) return false;
    return true;
  }

  /** Number of the field with this path, or -1 when no query names it. */
  fieldNumber(path: string): number {
    this.#fieldNumbers ??= this.#readFields();
    return this.#fieldNumbers.get(path) ?? -1;
  }

  #readFields(): Map<string, number> {
    return new Map(this.fieldPaths().map((path, field) => [path, field]));
  }

  /** By number: paths, and patterns of them, see field-patterns.ts. */
  fieldPaths(): string[] {
    return Array.from({ length: this.fields.length / F.FIELD_WORDS }, (_, field) =>
      this.fieldPath(field),
    );
  }

  fieldPath(field: number): string {
    const offset = this.fields[field * F.FIELD_WORDS + 2]!;
    return Buffer.from(
      this.fieldBytes.slice(offset, offset + this.fields[field * F.FIELD_WORDS + 3]!),
    ).toString();
  }

  termClass(term: number): number {
    return this.termMeta[term * TERM_WORDS + TERM_KEY]! & 31;
  }

  /** Number of the term's field, -1 for any. */
  termField(term: number): number {
    return (this.termMeta[term * TERM_WORDS + TERM_KEY]! >>> 5) - 1;
  }

  termText(term: number): string {
    const offset = this.termMeta[term * TERM_WORDS + TERM_OFFSET]!;
    const length = this.termMeta[term * TERM_WORDS + TERM_LENGTH]!;
    return Buffer.from(this.termBytes.slice(offset, offset + length)).toString();
  }

  isLive(query: number): boolean {
    return (this.live[query >>> 5]! & (1 << (query & 31))) !== 0;
  }

  /** Takes a query out: batches that begin afterwards don't report it. */
  kill(query: number): void {
    Atomics.and(this.live, query >>> 5, ~(1 << (query & 31)));
  }
}
