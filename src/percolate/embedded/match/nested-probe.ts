import { DOC_ID, INDEX, MAPPED_TEXT } from '../compile/term-class.ts';
import { isNestedObject } from '../fields/nested-names.ts';
import type { NestedRows } from '../scan/nested-rows.ts';
import type { Segment } from '../segments/segment.ts';
import { NestedObject, type NestedParts } from './nested-object.ts';
import type { TermSet } from './term-set.ts';

/** Terms that hold for every object of a document. */
const OF_DOCUMENT = (1 << INDEX) | (1 << DOC_ID) | (1 << MAPPED_TEXT);

/** Whether queries of a segment ask nested objects. */
export function asksNested(segment: Segment): boolean {
  return segment.fieldPaths().some(isNestedObject);
}

/**
 * Runs the clauses inside of nested ones on one object after the other, as if each were a document. Presearch sees
 * what all objects have together.
 */
export class NestedProbe {
  readonly #parts: NestedParts;
  readonly #offered: TermSet;
  /** By depth: objects at hand, one in another. */
  readonly #objects: NestedObject[] = [];
  readonly #documentTerms: number[] = [];
  #hasDocumentTerms = false;
  #rows: NestedRows | undefined;
  /** By row, the segment's term, or -1. */
  #terms = new Int32Array(64);
  #now = 0;

  constructor(parts: NestedParts, offered: TermSet) {
    this.#parts = parts;
    this.#offered = offered;
  }

  set now(now: number) {
    this.#now = now;
    for (const object of this.#objects) object.now = now;
  }

  /** Offers the terms of all objects of a document. */
  begin(rows: NestedRows): void {
    this.#rows = rows;
    this.#hasDocumentTerms = false;
    for (const object of this.#objects) object.at = -1;
    const { segment, fieldOf } = this.#parts;
    const { count, nodes, classes, fieldHashes, starts, lengths, scratch } = rows.atoms;
    if (this.#terms.length < count) this.#terms = new Int32Array(count * 2);
    for (let row = 0; row < count; row++) {
      const field = fieldOf(nodes[row]!);
      const key = ((field + 1) << 5) | classes[row]!;
      const term =
        field < 0
          ? -1
          : segment.lookup(key, fieldHashes[row]!, scratch, starts[row]!, lengths[row]!);
      this.#terms[row] = term;
      if (term >= 0) this.#offered.add(term);
    }
  }

  /** Whether the clause at `at`, which stands outside of all others like it, holds for an object of the document. */
  holds(at: number): boolean {
    if (!this.#offered.has(this.#parts.segment.programs[at + 2]!)) return false;
    return this.#holds(at, 0, 0, this.#rows!.size);
  }

  #holds(at: number, depth: number, from: number, to: number): boolean {
    const { segment, fieldOf, meter } = this.#parts;
    const field = segment.termField(segment.programs[at + 2]!);
    const { places } = this.#rows!;
    for (let order = from; order < to; order++) {
      meter.spend(1);
      if (fieldOf(places[order]!) !== field) continue;
      const object = this.#objectAt(depth);
      if (object.at !== order) {
        meter.spend(this.#rows!.starts[order + 1]! - this.#rows!.starts[order]!);
        object.take(this.#rows!, order, this.#terms, this.#ofDocument());
      }
      if (object.verifier.verify(at + 3)) return true;
    }
    return false;
  }

  /**
   * The same for a clause inside of another one, whose object is at hand. As in Lucene an object belongs to the first
   * one of that kind that does not stand before it.
   */
  #holdsInside(at: number, depth: number): boolean {
    const { places } = this.#rows!;
    const { at: outer } = this.#objects[depth - 1]!;
    let from = outer;
    while (from > 0 && places[from - 1] !== places[outer]) from--;
    this.#parts.meter.spend(outer - from);
    return this.#holds(at, depth, from, outer + 1);
  }

  #objectAt(depth: number): NestedObject {
    let object = this.#objects[depth];
    if (object === undefined) {
      object = new NestedObject(this.#parts, (at) => this.#holdsInside(at, depth + 1));
      object.now = this.#now;
      this.#objects[depth] = object;
    }
    return object;
  }

  #ofDocument(): readonly number[] {
    if (this.#hasDocumentTerms) return this.#documentTerms;
    this.#hasDocumentTerms = true;
    this.#documentTerms.length = 0;
    const { terms, size } = this.#offered;
    for (let i = 0; i < size; i++) {
      const isOfDocument = OF_DOCUMENT & (1 << this.#parts.segment.termClass(terms[i]!));
      if (isOfDocument) this.#documentTerms.push(terms[i]!);
    }
    return this.#documentTerms;
  }
}
