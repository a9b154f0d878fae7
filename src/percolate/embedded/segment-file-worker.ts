import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Xxh64, xxh64 } from '@node-rs/xxhash';
import { workerData } from 'piscina';
import {
  FORMAT,
  H_BYTES,
  H_FORMAT,
  H_ID,
  H_MAGIC,
  HEADER_WORDS,
  MAGIC,
} from './segments/segment-format.ts';

const memory = workerData as SharedArrayBuffer;

export interface SaveTask {
  readonly folder: string;
  readonly file: string;
  /** Place of the segment; nobody may recycle it meanwhile. */
  readonly offset: number;
  readonly bytes: number;
}

export interface LoadTask extends SaveTask {
  readonly checksum: string;
  /** The segment's id in this process. */
  readonly id: number;
}

const CHUNK = 4 * 1024 * 1024;

/**
 * Writes a segment to a file that appears under its name only when it is whole and on disk.
 * @returns the checksum of what was written
 */
export function saveSegment({ folder, file, offset, bytes }: SaveTask): string {
  const path = join(folder, file);
  const hash = new Xxh64(0n);
  const chunk = Buffer.alloc(Math.min(CHUNK, bytes));
  const descriptor = openSync(`${path}.tmp`, 'w', 0o600);
  try {
    for (let at = 0; at < bytes; ) {
      // Copied first: live bits may change between checksum and write.
      const length = Math.min(chunk.length, bytes - at);
      chunk.set(new Uint8Array(memory, offset + at, length));
      const part = chunk.subarray(0, length);
      hash.update(part);
      for (let done = 0; done < length; ) done += writeSync(descriptor, part, done);
      at += length;
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${path}.tmp`, path);
  syncFolder(folder);
  return hash.digest().toString(16);
}

/** Makes the names in a folder durable. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a segment into its place. @returns what is wrong with the file, or null */
export function loadSegment(task: LoadTask): string | null {
  const { folder, file, offset, bytes, checksum, id } = task;
  let descriptor: number;
  try {
    descriptor = openSync(join(folder, file), 'r');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? 'the file is missing'
      : (error as Error).message;
  }
  const place = Buffer.from(memory, offset, bytes);
  try {
    const { size } = fstatSync(descriptor);
    if (size !== bytes) return `the file has ${size} bytes, not ${bytes}`;
    for (let at = 0; at < bytes; ) {
      const read = readSync(descriptor, place, at, bytes - at, at);
      if (read === 0) return 'the file ended early';
      at += read;
    }
  } catch (error) {
    return (error as Error).message;
  } finally {
    closeSync(descriptor);
  }
  const found = xxh64(place).toString(16);
  if (found !== checksum) return `the checksum is ${found}, not ${checksum}`;
  const header = new Int32Array(memory, offset, HEADER_WORDS);
  const known = header[H_MAGIC] === MAGIC && header[H_FORMAT] === FORMAT;
  if (!known || header[H_BYTES] !== bytes) return 'it is no segment of this format';
  header[H_ID] = id;
  return null;
}
