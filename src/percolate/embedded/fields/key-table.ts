import { mix } from '../memory/hash.ts';

const NO_KEY = Uint8Array.of(0);

/** The keys of documents as they are written: by the node of their object and their raw bytes they lead to a node. */
export class KeyTable {
  /** By entry: parent, place of the raw bytes, node, the key that came next the last time. */
  readonly parents: number[] = [];
  readonly bytes: Uint8Array[] = [];
  readonly nodes: number[] = [];
  readonly next: number[] = [];
  readonly #hashes: number[] = [];
  /** Entry + 1 by hash, open addressing. */
  #slots = new Int32Array(1024);
  readonly #texts = new Map<string, Uint8Array>();

  /**
   * The entry for raw key bytes below a node, or -1 when the key is new.
   * @param hash of the raw bytes
   */
  find(parent: number, hash: number, source: Uint8Array, from: number, to: number): number {
    const mixed = mix(hash, parent);
    const mask = this.#slots.length - 1;
    for (let slot = mixed & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0) return -1;
      if (this.#hashes[entry] !== mixed || this.parents[entry] !== parent) continue;
      if (sameBytes(this.bytes[entry]!, source, from, to)) return entry;
    }
  }

  /** Adds a key that is new. */
  add(
    parent: number,
    hash: number,
    source: Uint8Array,
    from: number,
    to: number,
    node: number,
  ): number {
    const entry = this.parents.length;
    this.parents.push(parent);
    this.bytes.push(this.#bytesOnce(source, from, to));
    this.nodes.push(node);
    this.next.push(-1);
    this.#hashes.push(mix(hash, parent));
    if (entry * 2 >= this.#slots.length) this.#grow();
    else this.#place(entry);
    return entry;
  }

  /** Forgets the keys whose nodes are so: no key of a document has the bytes that are left. */
  forget(isLost: (node: number) => boolean): void {
    for (let entry = 0; entry < this.nodes.length; entry++) {
      if (isLost(this.nodes[entry]!)) this.bytes[entry] = NO_KEY;
    }
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[entry]! & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.#hashes.length; entry++) this.#place(entry);
  }

  #bytesOnce(source: Uint8Array, from: number, to: number): Uint8Array {
    const text = Buffer.from(source.buffer, source.byteOffset + from, to - from).toString('latin1');
    let bytes = this.#texts.get(text);
    if (bytes === undefined) {
      bytes = Uint8Array.from(source.subarray(from, to));
      this.#texts.set(text, bytes);
    }
    return bytes;
  }
}

function sameBytes(key: Uint8Array, source: Uint8Array, from: number, to: number): boolean {
  if (key.length !== to - from) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== source[from + i]) return false;
  return true;
}
