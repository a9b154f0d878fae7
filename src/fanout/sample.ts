import { type Chunk, makeChunk } from './chunk.ts';

/** Fullness of an outbox from which on a sampling subscriber no longer gets every hit. */
const MARK = 1 / 2;
const STEPS = 8;

/**
 * Every how many hits one is kept: all up to half of the bound, then 2, 4, … 256 in eight steps, so
 * that the fuller the outbox gets the less comes in, until both are even.
 * @param fullness 0 to 1
 */
export function sampleEvery(fullness: number): number {
  if (fullness < MARK) return 1;
  return 2 ** (1 + Math.min(STEPS - 1, Math.floor((fullness - MARK) * 2 * STEPS)));
}

/** Keeps every n-th hit of a stream of chunks, across their borders. */
export class Sampler {
  /** Hits to leave out before the next one is kept. */
  #toSkip = 0;

  /** @returns the places of the hits that are kept */
  choose(chunk: Chunk, every: number): number[] {
    const kept: number[] = [];
    this.#toSkip = Math.min(this.#toSkip, every - 1);
    for (let k = this.#toSkip; k < chunk.ends.length; k += every) kept.push(k);
    const last = kept.at(-1) ?? this.#toSkip - every;
    this.#toSkip = last + every - chunk.ends.length;
    return kept;
  }
}

/** The chosen hits of a chunk in one of their own, whose memory is the caller's to release. */
export function pick(chunk: Chunk, places: readonly number[]): Chunk {
  const startOf = (k: number) => (k === 0 ? 0 : chunk.ends[k - 1]!);
  const size = places.reduce((sum, k) => sum + chunk.ends[k]! - startOf(k), 0);
  return makeChunk(size, chunk.first, chunk.last, (data, ends) => {
    let at = 0;
    for (const k of places) {
      at += chunk.data.copy(data, at, startOf(k), chunk.ends[k]!);
      ends.push(at);
    }
  });
}
