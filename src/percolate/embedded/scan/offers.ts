import {
  anchorOf,
  DOC_RANGE,
  EXISTS,
  GEO_POINT,
  GEO_SHAPE,
  HAS_GEO_POINT,
} from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { HASH_PRIME, HASH_SEED, hashBytes } from '../memory/hash.ts';
import type { Atoms } from './atoms.ts';
import type { Wants } from './wants.ts';

const encoder = new TextEncoder();

/** Puts terms of values among a document's atoms, as far as queries want them. */
export class Offers {
  readonly #tree: FieldTree;
  readonly #atoms: Atoms;
  wants: Wants;
  /** The document at hand, or the nested object of it: none has been another's. */
  #document = 0;
  #last = 0;
  /** Document in which a node was last seen to have a value. */
  readonly #existsIn: number[] = [];
  /** Next token position of each text field, valid in document #positionIn[node]. */
  readonly #nextPosition: number[] = [];
  readonly #positionIn: number[] = [];

  constructor(tree: FieldTree, atoms: Atoms, wants: Wants) {
    this.#tree = tree;
    this.#atoms = atoms;
    this.wants = wants;
  }

  /** How many terms the document has offered. */
  get terms(): number {
    return this.#atoms.count;
  }

  beginDocument(): void {
    this.#document = ++this.#last;
  }

  /** Stands for the document, or the nested object, that what is offered belongs to. */
  get stamp(): number {
    return this.#document;
  }

  set stamp(stamp: number) {
    this.#document = stamp;
  }

  /** What is offered next belongs to a nested object of its own. @returns its stamp */
  enter(): number {
    this.#document = ++this.#last;
    return this.#document;
  }

  /** @param position of a token in its field; 0 for whole values */
  text(node: number, termClass: number, text: string, position = 0): void {
    const atoms = this.#atoms;
    atoms.reserve(1, text.length * 3);
    const { scratch } = atoms;
    const start = atoms.used;
    let hash = HASH_SEED;
    let length = 0;
    // Numbers and most tokens are short and plain: the encoder would take longer to be called.
    for (; length < text.length; length++) {
      const code = text.charCodeAt(length);
      if (code >= 0x80) break;
      scratch[start + length] = code;
      hash = Math.imul(hash ^ code, HASH_PRIME);
    }
    if (length < text.length) {
      length = encoder.encodeInto(text, scratch.subarray(start)).written;
      hash = hashBytes(scratch, start, start + length);
    }
    atoms.used += length;
    atoms.add(termClass, node, hash, start, length, position);
  }

  /** The field has a value of the class that the marker stands for. */
  marker(node: number, termClass: number): void {
    this.#atoms.reserve(1, 0);
    this.#atoms.add(termClass, node, HASH_SEED, this.#atoms.used, 0, 0);
  }

  /** A value that is a term, and that ranges are compared with. @param value in the split form of plan.ts */
  number(node: number, termClass: number, text: string, value: readonly [number, number]): void {
    const want = this.wants.of(node);
    if (want & (1 << termClass)) this.text(node, termClass, text);
    const anchor = anchorOf(termClass);
    if (want & (1 << anchor)) {
      this.marker(node, anchor);
      this.#atoms.addNumber(termClass, node, value[0], value[1]);
    }
  }

  /** A point, in Lucene's integers: what finds it are the cells that it is in, see geo/. */
  point(node: number, latitude: number, longitude: number): void {
    if ((this.wants.of(node) & (1 << HAS_GEO_POINT)) === 0) return;
    this.marker(node, HAS_GEO_POINT);
    this.#atoms.addNumber(GEO_POINT, node, longitude, latitude);
  }

  /** A range, in the bytes of doc-ranges/range-bytes.ts. */
  range(node: number, bytes: Uint8Array): void {
    const anchor = anchorOf(DOC_RANGE);
    if ((this.wants.of(node) & (1 << anchor)) === 0) return;
    this.marker(node, anchor);
    this.#atoms.reserve(1, bytes.length);
    this.#atoms.addBytes(DOC_RANGE, node, bytes, 0, bytes.length);
  }

  /** A part of a shape, in triangles: see geo/shape-triangle.ts. */
  shape(node: number, mesh: Int32Array): void {
    if ((this.wants.of(node) & (1 << GEO_SHAPE)) === 0) return;
    this.marker(node, GEO_SHAPE);
    this.#atoms.addShape(node, mesh);
  }

  /** A whole value that is a text. */
  wholeText(node: number, termClass: number, text: string): void {
    const want = this.wants.of(node);
    const anchor = anchorOf(termClass);
    if (want & ((1 << termClass) | (1 << anchor))) this.text(node, termClass, text);
    if (want & (1 << anchor)) this.marker(node, anchor);
  }

  /** The field and every object above it have a value. */
  exists(node: number): void {
    if (!this.wants.exists) return;
    const { above } = this.#tree;
    for (let at = node; at >= 0 && this.#existsIn[at] !== this.#document; at = above[at]!) {
      this.#existsIn[at] = this.#document;
      if (this.wants.of(at) & (1 << EXISTS)) {
        this.marker(at, EXISTS);
      }
    }
  }

  /** Position of the next token of a field. */
  position(node: number): number {
    return this.positionIn(this.#document, node);
  }

  /** The same in the document or object that a stamp stands for, if it is the last that had the field. */
  positionIn(stamp: number, node: number): number {
    return this.#positionIn[node] === stamp ? this.#nextPosition[node]! : 0;
  }

  setPosition(node: number, position: number): void {
    this.#nextPosition[node] = position;
    this.#positionIn[node] = this.#document;
  }
}
