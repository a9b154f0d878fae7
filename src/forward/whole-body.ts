import { EstromError } from '../errors.ts';
import type { Body } from '../ingest/body.ts';
import { forEachChunk } from '../ingest/for-each-chunk.ts';
import type { Slab, SlabPool } from '../ingest/slab-pool.ts';

/** A body in a slab, from its first byte to `end`. */
export interface WholeBody {
  readonly slab: Slab;
  readonly end: number;
}

/**
 * Reads a body into one slab: the first, or a larger one if it must be.
 * @throws EstromError TOO_LARGE, and what the body fails with; the slab is given back then
 */
export async function readWhole(body: Body, pool: SlabPool, first: Slab): Promise<WholeBody> {
  let slab: Slab | null = first;
  let end = 0;
  const grow = async (by: number): Promise<void> => {
    const carry = Buffer.from(slab!.view.subarray(0, end));
    pool.release(slab!, carry.length);
    slab = null;
    try {
      if (end + by > pool.maxLine) {
        throw new EstromError(
          'TOO_LARGE',
          `the document is longer than ${pool.maxLine} bytes: split it, or raise --max-document-bytes`,
        );
      }
      slab = await pool.acquire(end + by);
      slab.view.set(carry);
    } finally {
      pool.dropCarry(carry.length);
    }
  };
  const take = (chunk: Buffer): Promise<void> | undefined => {
    if (end + chunk.length > body.limit) throw body.overLimit();
    if (end + chunk.length > slab!.view.length) {
      return grow(chunk.length).then(() => void take(chunk));
    }
    slab!.view.set(chunk, end);
    end += chunk.length;
    return undefined;
  };
  try {
    await forEachChunk(body.stream, take);
    return { slab, end };
  } catch (error) {
    if (slab !== null) pool.release(slab);
    throw error;
  }
}
