import { mapOperands, type OperandMap } from './program-operands.ts';
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
class Copier implements OperandMap {
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
      // What stands behind the program as well.
      const words = this.#to.programs.values;
      for (let at = start; at < this.#to.programs.length; at += words[at + 1]!) {
        mapOperands(words, at, this);
      }
      this.#to.ordinals.push(ordinals[query]!);
    }
    this.#to.hasWords ||= this.#from.hasWords;
    this.#to.hasNames ||= this.#from.hasNames;
  }

  term(term: number): number {
    const { termMeta, termBytes } = this.#from;
    let copied = this.#terms[term]!;
    if (copied < 0) {
      const at = term * TERM_WORDS;
      const key = termMeta[at + TERM_KEY]!;
      const offset = termMeta[at + TERM_OFFSET]!;
      const field = this.field(key >>> 5);
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
  field(fieldPlusOne: number): number {
    if (fieldPlusOne === 0) return 0;
    const field = fieldPlusOne - 1;
    if (this.#fields[field]! < 0) this.#fields[field] = this.#to.field(this.#from.fieldPath(field));
    return this.#fields[field]! + 1;
  }

  constants(first: number, count: number): number {
    const copied = this.#to.constants.length;
    for (let i = 0; i < count; i++) this.#to.constants.push(this.#from.constants[first + i]!);
    return copied;
  }
}
