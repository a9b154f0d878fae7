import type { Hit } from './broker.ts';

/** What one hit is made of; `source` may be a view on shared memory that is recycled afterwards. */
export interface HitParts {
  readonly index: string;
  readonly id: string;
  /** This node's epoch. */
  readonly epoch: string;
  /** Admission number. */
  readonly seq: number;
  /** The document's bytes, valid JSON. */
  readonly source: Uint8Array;
}

/** Small hits share a slab: what a kept hit can pin besides itself is bounded by this. */
const SLAB_BYTES = 16 * 1024;
const SLAB_HIT_BYTES = 2 * 1024;
const MAX_PREFIXES = 4096;

const LF = 10;
const CR = 13;
const SPACE = 32;
const CLOSE = 125;

/** Printable ASCII without quote and backslash: nearly every id, and nothing to escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

let slab = Buffer.allocUnsafeSlow(0);
let slabUsed = 0;

/** Escaped `{"_index":"…","_id":` per index name; cleared when full, since names are the senders'. */
const prefixes = new Map<string, string>();

/**
 * Copies a matched document once into memory of its own:
 * `{"_index":"…","_id":"…","_seq":"<epoch>-<n>","_source":<raw bytes>}`, on one line, no newline.
 */
export function frameHit({ index, id, epoch, seq, source }: HitParts): Hit {
  const quotedId = PLAIN.test(id) ? `"${id}"` : JSON.stringify(id);
  const head = `${prefixOf(index)}${quotedId},"_seq":"${epoch}-${seq}","_source":`;
  const headBytes = Buffer.byteLength(head);
  const json = allocate(headBytes + source.length + 1);
  json.write(head, 0, 'utf8');
  json.set(source, headBytes);
  json[json.length - 1] = CLOSE;
  blank(json, LF, headBytes);
  blank(json, CR, headBytes);
  return { seq, json };
}

function prefixOf(index: string): string {
  let prefix = prefixes.get(index);
  if (prefix === undefined) {
    if (prefixes.size >= MAX_PREFIXES) prefixes.clear();
    prefix = `{"_index":${JSON.stringify(index)},"_id":`;
    prefixes.set(index, prefix);
  }
  return prefix;
}

function allocate(size: number): Buffer {
  if (size > SLAB_HIT_BYTES) return Buffer.allocUnsafeSlow(size);
  if (slabUsed + size > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  const piece = slab.subarray(slabUsed, slabUsed + size);
  slabUsed += size;
  return piece;
}

/** In valid JSON a raw control character stands between tokens only, where a space means the same. */
function blank(json: Buffer, byte: number, from: number): void {
  for (let at = json.indexOf(byte, from); at !== -1; at = json.indexOf(byte, at + 1)) {
    json[at] = SPACE;
  }
}
