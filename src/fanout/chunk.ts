import type { QueryOrdinal } from '../document.ts';
import type { Hit } from './broker.ts';
import { CountedMemory } from './counted-memory.ts';
import type { Format } from './formats.ts';

/**
 * Consecutive hits of one topic in one format: written once, shared by all who receive it. Valid
 * while its memory is retained; whoever keeps it longer than the call that brings it retains it.
 */
export interface Chunk {
  readonly data: Buffer;
  /** The same memory with the frame of an HTTP/1.1 chunk around it. */
  readonly wire: Buffer;
  /** `ends[k]` is the offset behind hit k, so that a limit can cut inside the chunk. */
  readonly ends: readonly number[];
  /** Admission numbers of the first and the last hit. */
  readonly first: number;
  readonly last: number;
  /** What it counts for in an outbox, in bytes. */
  readonly cost: number;
  readonly memory: CountedMemory;
  /** Releases the memory; one function for all writes of the chunk. */
  readonly release: () => void;
}

export const CHUNK_BYTES = 64 * 1024;

/** What a chunk costs beside its data: its objects, so that many small ones are bounded as well. */
const CHUNK_OVERHEAD = 256;

/** Whom chunks are for: the subscribers of one topic that share a format. */
export interface ChunkTarget {
  readonly format: Format;
  /** This node's epoch. */
  readonly epoch: string;
  readonly ordinal: QueryOrdinal;
}

/**
 * Writes hits into chunks of at most `maxBytes`; a hit that is longer has a chunk to itself.
 * @param sink takes each chunk as soon as it is made, and is done with it or has retained it then
 */
export function chunkHits(
  hits: readonly Hit[],
  { format, epoch, ordinal }: ChunkTarget,
  maxBytes: number,
  sink: (chunk: Chunk) => void,
): void {
  const befores: string[] = [];
  const transcoded: Buffer[] = [];
  let start = 0;
  let size = 0;
  for (let k = 0; k < hits.length; k++) {
    const hit = hits[k]!;
    let bodyLength = hit.end - hit.start;
    if (format.transcode !== undefined) {
      const body = format.transcode(hit.memory.bytes, hit.start, hit.end);
      transcoded.push(body);
      bodyLength = body.length;
    }
    const before = format.before(hit, epoch, ordinal, bodyLength);
    const length = before.length + bodyLength + format.after.length;
    if (size > 0 && size + length > maxBytes) {
      pass(write(hits, start, k, befores, transcoded, format, size), sink);
      start = k;
      size = 0;
    }
    befores.push(before);
    size += length;
  }
  if (size > 0) pass(write(hits, start, hits.length, befores, transcoded, format, size), sink);
}

function pass(chunk: Chunk, sink: (chunk: Chunk) => void): void {
  sink(chunk);
  chunk.release();
}

function write(
  hits: readonly Hit[],
  start: number,
  end: number,
  befores: readonly string[],
  transcoded: readonly Buffer[],
  format: Format,
  size: number,
): Chunk {
  return makeChunk(size, hits[start]!.seq, hits[end - 1]!.seq, (data, ends) => {
    let at = 0;
    for (let k = start; k < end; k++) {
      at = writeText(data, befores[k]!, at);
      const body = transcoded[k];
      if (body === undefined) {
        const { memory, start: from, end: to } = hits[k]!;
        memory.bytes.copy(data, at, from, to);
        at += to - from;
      } else {
        body.copy(data, at);
        at += body.length;
      }
      at = writeText(data, format.after, at);
      ends.push(at);
    }
  });
}

/**
 * A chunk whose maker is the first user of its memory.
 * @param size bytes of data
 * @param first admission number of the first hit, `last` that of the last
 * @param fill writes the data, and where each hit ends
 */
export function makeChunk(
  size: number,
  first: number,
  last: number,
  fill: (data: Buffer, ends: number[]) => void,
): Chunk {
  // Not from Node's pool: a chunk that waits in an outbox must not pin others' memory.
  const length = `${size.toString(16)}\r\n`;
  const wire = Buffer.allocUnsafeSlow(length.length + size + 2);
  wire.write(length, 0, 'latin1');
  const data = wire.subarray(length.length, length.length + size);
  writeText(wire, '\r\n', length.length + size);
  const ends: number[] = [];
  fill(data, ends);
  const memory = new CountedMemory(wire);
  return {
    data,
    wire,
    ends,
    first,
    last,
    cost: size + CHUNK_OVERHEAD,
    memory,
    release: () => memory.release(),
  };
}

/** Separators are a byte or two, for which a call into the encoder costs more than the copy. */
function writeText(data: Buffer, text: string, at: number): number {
  if (text.length > 2) return at + data.write(text, at, 'latin1');
  for (let k = 0; k < text.length; k++) data[at + k] = text.charCodeAt(k);
  return at + text.length;
}
