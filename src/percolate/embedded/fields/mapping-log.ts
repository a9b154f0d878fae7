import type { IndexRules } from '../../../mapping/dynamic-rules.ts';
import type { FieldProposal } from '../../../mapping/index-mappings.ts';
import { type Arena, CONTROL_LOG, CONTROL_LOG_LENGTH } from '../memory/arena.ts';
import type { FieldTree } from './field-tree.ts';

/**
 * How fixed field types reach the workers: a list of records in chunks of shared memory that only
 * grows. Record: two bytes type, two length of the index name, four of the path, then both.
 * A chunk begins with the place of the next one, in units of 8 bytes.
 */
const CHUNK_BYTES = 65_536;
const CHUNK_HEADER = 8;
const RECORD_HEADER = 8;
/** In place of a type: the log goes on in the next chunk. */
const CONTINUED = 0xffff;
/** The next kind is numbered; its text stands for the path. */
export const LOG_KIND = 0xfffe;
/** What becomes of new fields of an index; JSON of IndexRules stands for the path. */
export const LOG_RULES = 0xfffd;
/** The index begins anew. */
export const LOG_FORGET = 0xfffc;

const encoder = new TextEncoder();

/** The writing end, on the main thread. */
export class MappingLog {
  readonly #arena: Arena;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #first = 0;
  #chunk = 0;
  #chunkEnd = 0;
  #at = 0;
  #length = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#view = new DataView(arena.memory);
    this.#bytes = new Uint8Array(arena.memory);
  }

  /** Appends fixed types; false when the arena has no room: then nothing was appended. */
  append(fields: readonly FieldProposal[]): boolean {
    for (const field of fields) {
      if (!this.#appendOne(field)) return false;
    }
    this.#arena.publishLog(this.#first, this.#length);
    return true;
  }

  #appendOne({ index, path, type }: FieldProposal): boolean {
    const name = encoder.encode(index);
    const field = encoder.encode(path);
    const size = RECORD_HEADER + name.length + field.length;
    if (this.#at + size + 2 > this.#chunkEnd && !this.#nextChunk(size)) return false;
    this.#view.setUint16(this.#at, type);
    this.#view.setUint16(this.#at + 2, name.length);
    this.#view.setUint32(this.#at + 4, field.length);
    this.#bytes.set(name, this.#at + RECORD_HEADER);
    this.#bytes.set(field, this.#at + RECORD_HEADER + name.length);
    this.#at += size;
    this.#length++;
    return true;
  }

  #nextChunk(size: number): boolean {
    const bytes = Math.max(CHUNK_BYTES, size + CHUNK_HEADER + 8);
    const chunk = this.#arena.allocate(bytes);
    if (chunk < 0) return false;
    if (this.#chunk === 0) this.#first = chunk;
    else {
      this.#view.setUint32(this.#chunk, chunk >>> 3);
      this.#view.setUint16(this.#at, CONTINUED);
    }
    this.#chunk = chunk;
    this.#chunkEnd = chunk + bytes;
    this.#at = chunk + CHUNK_HEADER;
    return true;
  }
}

/** The reading end, one per worker. */
export class MappingLogReader {
  readonly #view: DataView;
  readonly #control: Int32Array;
  readonly #text: Buffer;
  #chunk = 0;
  #at = 0;
  #read = 0;

  constructor(memory: SharedArrayBuffer, control: Int32Array) {
    this.#view = new DataView(memory);
    this.#text = Buffer.from(memory);
    this.#control = control;
  }

  /** Takes over whatever was appended since the last call; whether that was anything. */
  catchUp(tree: FieldTree): boolean {
    const length = Atomics.load(this.#control, CONTROL_LOG_LENGTH);
    if (length === this.#read) return false;
    if (this.#chunk === 0 && length > 0) this.#enterChunk(this.#control[CONTROL_LOG]! * 8);
    for (; this.#read < length; this.#read++) {
      if (this.#view.getUint16(this.#at) === CONTINUED) {
        this.#enterChunk(this.#view.getUint32(this.#chunk) * 8);
      }
      const type = this.#view.getUint16(this.#at);
      const nameEnd = this.#at + RECORD_HEADER + this.#view.getUint16(this.#at + 2);
      const end = nameEnd + this.#view.getUint32(this.#at + 4);
      const index = this.#text.toString('utf8', this.#at + RECORD_HEADER, nameEnd);
      take(tree, type, index, this.#text.toString('utf8', nameEnd, end));
      this.#at = end;
    }
    tree.kinds.tieAliases();
    return true;
  }

  #enterChunk(chunk: number): void {
    this.#chunk = chunk;
    this.#at = chunk + CHUNK_HEADER;
  }
}

function take(tree: FieldTree, type: number, index: string, path: string): void {
  if (type === LOG_KIND) tree.kinds.learn(path);
  else if (type === LOG_FORGET) tree.forget(index);
  else if (type === LOG_RULES) tree.setRules(index, JSON.parse(path) as IndexRules);
  else tree.confirm(index, path, tree.kinds.typeOf(type));
}
