import { GEO_SHAPE } from '../compile/term-class.ts';
import { HASH_PRIME, HASH_SEED, mix, termSalt } from '../memory/hash.ts';
import { AtomRuns } from './atom-runs.ts';

/** A part of a shape: triangles, see mapping/geo/shape-triangles.ts; and cells that hold it, once they were asked for. */
export interface DocumentShape {
  readonly mesh: Int32Array;
  cells: Float64Array | undefined;
}

/** Salts of terms of any field, by class. */
const ANY_SALTS = Int32Array.from({ length: 32 }, (_, termClass) => termSalt(0, termClass));

/**
 * What a document offers, as flat tables that are reused from document to document: one row per
 * term of a field (an atom), and one per number that ranges are compared with. Text lies in
 * `scratch`, in the form that the dictionaries hold.
 */
export class Atoms {
  count = 0;
  /** Unsalted hash of the term's bytes. */
  hashes = new Int32Array(1024);
  classes = new Uint8Array(1024);
  nodes = new Int32Array(1024);
  starts = new Int32Array(1024);
  lengths = new Int32Array(1024);
  /** Hashes that dictionaries go by: as a term of its field, and of any field; see {@link salt}. */
  fieldHashes = new Int32Array(1024);
  anyHashes = new Int32Array(1024);
  /** Position of a token in its field; 0 for whole values. */
  positions = new Int32Array(1024);

  scratch = new Uint8Array(65_536);
  used = 0;

  numbers = 0;
  numberClasses = new Uint8Array(64);
  numberNodes = new Int32Array(64);
  /** Two doubles per number, see splitInteger in plan.ts. */
  numberValues = new Float64Array(128);

  /** Shapes that rows of the class GEO_SHAPE name by their place here. */
  readonly shapes: DocumentShape[] = [];

  #runs = new AtomRuns();
  #runsHold = false;

  clear(): void {
    this.#runsHold = false;
    this.count = 0;
    this.used = 0;
    this.numbers = 0;
    this.shapes.length = 0;
  }

  addShape(node: number, mesh: Int32Array): void {
    this.addNumber(GEO_SHAPE, node, this.shapes.push({ mesh, cells: undefined }) - 1, 0);
  }

  /** Makes room for `atoms` further rows and `bytes` further bytes of text. */
  reserve(atoms: number, bytes: number): void {
    if (this.count + atoms > this.hashes.length) {
      const size = Math.max(this.count + atoms, this.hashes.length * 2);
      this.hashes = grownInts(this.hashes, size);
      this.nodes = grownInts(this.nodes, size);
      this.fieldHashes = new Int32Array(size);
      this.anyHashes = new Int32Array(size);
      this.starts = grownInts(this.starts, size);
      this.lengths = grownInts(this.lengths, size);
      this.positions = grownInts(this.positions, size);
      this.classes = grownBytes(this.classes, size);
    }
    if (this.used + bytes > this.scratch.length) {
      this.scratch = grownBytes(this.scratch, Math.max(this.used + bytes, this.scratch.length * 2));
    }
  }

  /** Adds a row; room must be reserved. */
  add(
    termClass: number,
    node: number,
    hash: number,
    start: number,
    length: number,
    position: number,
  ): void {
    const at = this.count++;
    this.hashes[at] = hash;
    this.classes[at] = termClass;
    this.nodes[at] = node;
    this.starts[at] = start;
    this.lengths[at] = length;
    this.positions[at] = position;
  }

  /** Adds a whole value, bytes[from, to); room must be reserved. */
  addBytes(termClass: number, node: number, bytes: Uint8Array, from: number, to: number): void {
    const { scratch } = this;
    const start = this.used;
    let write = start;
    // Values are short: one loop takes less time than a view of them.
    let hash = HASH_SEED;
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!;
      scratch[write++] = byte;
      hash = Math.imul(hash ^ byte, HASH_PRIME);
    }
    this.used = write;
    this.add(termClass, node, hash, start, to - from, 0);
  }

  /** Fills in the salted hashes, once for all segments. @param pathHashes by node */
  salt(pathHashes: readonly number[]): void {
    const { count, hashes, classes, nodes, fieldHashes, anyHashes } = this;
    for (let atom = 0; atom < count; atom++) {
      const termClass = classes[atom]!;
      fieldHashes[atom] = mix(hashes[atom]!, termSalt(pathHashes[nodes[atom]!]!, termClass));
      anyHashes[atom] = mix(hashes[atom]!, ANY_SALTS[termClass]!);
    }
  }

  /** The rows by field and class; when it is asked for, all are there. */
  get runs(): AtomRuns {
    if (!this.#runsHold) {
      this.#runs.fill(this);
      this.#runsHold = true;
    }
    return this.#runs;
  }

  addNumber(termClass: number, node: number, high: number, low: number): void {
    const at = this.numbers++;
    if (at === this.numberClasses.length) this.reserveNumbers(at + 1);
    this.numberClasses[at] = termClass;
    this.numberNodes[at] = node;
    this.numberValues[at * 2] = high;
    this.numberValues[at * 2 + 1] = low;
  }

  /** Rows from here on are taken apart: each is kept, or copied. */
  beginMove(atom: number, number: number): void {
    this.count = atom;
    this.numbers = number;
    this.#runsHold = false;
  }

  /** The row goes on standing here, behind those that were kept before. */
  keepAtom(row: number): void {
    this.copyAtom(row, this, this.count++);
  }

  keepNumber(row: number): void {
    this.copyNumber(row, this, this.numbers++);
  }

  /** Writes a row at a place of others, which have room for it. */
  copyAtom(row: number, to: Atoms, at: number): void {
    to.hashes[at] = this.hashes[row]!;
    to.classes[at] = this.classes[row]!;
    to.nodes[at] = this.nodes[row]!;
    to.starts[at] = this.starts[row]!;
    to.lengths[at] = this.lengths[row]!;
    to.positions[at] = this.positions[row]!;
  }

  copyNumber(row: number, to: Atoms, at: number): void {
    to.numberClasses[at] = this.numberClasses[row]!;
    to.numberNodes[at] = this.numberNodes[row]!;
    if (this.numberClasses[row] === GEO_SHAPE && to !== this) {
      // It is named by its place in the other list.
      to.numberValues[2 * at] = to.shapes.push(this.shapes[this.numberValues[2 * row]!]!) - 1;
      return;
    }
    to.numberValues[2 * at] = this.numberValues[2 * row]!;
    to.numberValues[2 * at + 1] = this.numberValues[2 * row + 1]!;
  }

  /** Makes room for so many numbers. */
  reserveNumbers(count: number): void {
    if (count <= this.numberClasses.length) return;
    const size = Math.max(count, this.numberClasses.length * 2);
    this.numberClasses = grownBytes(this.numberClasses, size);
    this.numberNodes = grownInts(this.numberNodes, size);
    const values = new Float64Array(size * 2);
    values.set(this.numberValues);
    this.numberValues = values;
  }

  /** Gives memory back after an unusually large document. */
  shrink(): void {
    if (this.hashes.length > 65_536) {
      this.hashes = new Int32Array(1024);
      this.classes = new Uint8Array(1024);
      this.nodes = new Int32Array(1024);
      this.fieldHashes = new Int32Array(1024);
      this.anyHashes = new Int32Array(1024);
      this.starts = new Int32Array(1024);
      this.lengths = new Int32Array(1024);
      this.positions = new Int32Array(1024);
      this.#runs = new AtomRuns();
      this.#runsHold = false;
    }
    if (this.scratch.length > 4 * 1024 * 1024) this.scratch = new Uint8Array(65_536);
  }
}

function grownInts(values: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(size);
  grown.set(values);
  return grown;
}

function grownBytes(values: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(size);
  grown.set(values);
  return grown;
}
