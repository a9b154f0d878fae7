import {
  OP_AND,
  OP_NOT,
  OP_NOW_RANGE,
  OP_OR,
  OP_RANGE,
  OP_STRING_RANGE,
  OP_TERM,
  OP_WILDCARD,
  OP_WORDS,
} from './program.ts';
import type { Segment } from './segment.ts';
import { SegmentBuilder } from './segment-builder.ts';
import { FIELD_WORDS } from './segment-format.ts';
import { TERM_HASH, TERM_KEY, TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from './term-table.ts';

/** One laid-out segment with the live queries of several; anchors are chosen anew. */
export function mergeSegments(segments: readonly Segment[]): SegmentBuilder {
  const builder = new SegmentBuilder();
  for (const segment of segments) new Copier(segment, builder).copyLive();
  builder.layOut();
  return builder;
}

/** Copies programs from one segment, renumbering terms, fields and constants on first use. */
class Copier {
  readonly #from: Segment;
  readonly #to: SegmentBuilder;
  readonly #terms: Int32Array;
  readonly #fields: Int32Array;

  constructor(from: Segment, to: SegmentBuilder) {
    this.#from = from;
    this.#to = to;
    this.#terms = new Int32Array(from.termCount).fill(-1);
    this.#fields = new Int32Array(from.fields.length / FIELD_WORDS).fill(-1);
  }

  copyLive(): void {
    const { programStarts, programs, ordinals, queries } = this.#from;
    for (let query = 0; query < queries; query++) {
      if (!this.#from.isLive(query)) continue;
      const start = this.#to.programs.length;
      this.#to.programStarts.push(start);
      this.#to.programs.append(programs, programStarts[query]!, programStarts[query + 1]!);
      this.#renumber(start);
      this.#to.ordinals.push(ordinals[query]!);
    }
    this.#to.hasWords ||= this.#from.hasWords;
  }

  #renumber(at: number): void {
    const words = this.#to.programs.values;
    const end = at + words[at + 1]!;
    switch (words[at]) {
      case OP_TERM:
        words[at + 2] = this.#term(words[at + 2]!);
        return;
      case OP_WORDS:
        for (let p = at + 3; p < end; p += 2) words[p] = this.#term(words[p]!);
        return;
      case OP_RANGE:
        words[at + 2] = this.#term(words[at + 2]!);
        words[at + 3] = this.#field(words[at + 3]!);
        words[at + 5] = this.#constants(words[at + 5]!);
        return;
      case OP_WILDCARD:
        words[at + 2] = this.#term(words[at + 2]!);
        words[at + 3] = this.#field(words[at + 3]!);
        words[at + 5] = this.#term(words[at + 5]!);
        return;
      case OP_STRING_RANGE:
      case OP_NOW_RANGE:
        words[at + 2] = this.#term(words[at + 2]!);
        words[at + 3] = this.#field(words[at + 3]!);
        if (words[at + 5] !== 0) words[at + 5] = this.#term(words[at + 5]! - 1) + 1;
        if (words[at + 6] !== 0) words[at + 6] = this.#term(words[at + 6]! - 1) + 1;
        return;
      case OP_AND:
      case OP_NOT:
      case OP_OR: {
        const skip = words[at] === OP_OR ? 3 : 2;
        for (let child = at + skip; child < end; child += words[child + 1]!) this.#renumber(child);
        return;
      }
    }
  }

  #term(term: number): number {
    const { termMeta, termBytes } = this.#from;
    let copied = this.#terms[term]!;
    if (copied < 0) {
      const at = term * TERM_WORDS;
      const key = termMeta[at + TERM_KEY]!;
      const offset = termMeta[at + TERM_OFFSET]!;
      const field = this.#field(key >>> 5);
      copied = this.#to.copyTerm(
        (field << 5) | (key & 31),
        termMeta[at + TERM_HASH]!,
        termBytes,
        offset,
        offset + termMeta[at + TERM_LENGTH]!,
      );
      this.#terms[term] = copied;
    }
    this.#to.use(copied);
    return copied;
  }

  /** Takes and gives field + 1; 0 is any field. */
  #field(fieldPlusOne: number): number {
    if (fieldPlusOne === 0) return 0;
    const field = fieldPlusOne - 1;
    if (this.#fields[field]! < 0) this.#fields[field] = this.#to.field(this.#from.fieldPath(field));
    return this.#fields[field]! + 1;
  }

  #constants(first: number): number {
    const copied = this.#to.constants.length;
    for (let i = 0; i < 4; i++) this.#to.constants.push(this.#from.constants[first + i]!);
    return copied;
  }
}
