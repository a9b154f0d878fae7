import { xxh3 } from '@node-rs/xxhash';

/** Each takes 8 bytes. */
const ENTRIES = 2 ** 17;
/** Places that an entry may stand in. */
const WAYS = 4;

/**
 * What this node percolated lately: documents by the uuid of their index, id and sequence number. Of a fixed size; new
 * entries push old ones out. What is not in here is percolated once more, which is allowed.
 */
export class Known {
  readonly #entries = new BigUint64Array(ENTRIES);
  #turn = 0;

  add(uuid: string, id: string, seqNo: string): void {
    const hash = hashOf(uuid, id, seqNo);
    const first = firstOf(hash);
    if (this.#find(hash, first)) return;
    this.#entries[first + (this.#turn++ % WAYS)] = hash;
  }

  has(uuid: string, id: string, seqNo: string): boolean {
    const hash = hashOf(uuid, id, seqNo);
    return this.#find(hash, firstOf(hash));
  }

  #find(hash: bigint, first: number): boolean {
    for (let i = first; i < first + WAYS; i++) if (this.#entries[i] === hash) return true;
    return false;
  }
}

function hashOf(uuid: string, id: string, seqNo: string): bigint {
  return xxh3.xxh64(`${uuid}\0${seqNo}\0${id}`);
}

function firstOf(hash: bigint): number {
  return (Number(hash & 0xffff_ffffn) % (ENTRIES / WAYS)) * WAYS;
}
