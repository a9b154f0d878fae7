import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Xxh64 } from '@node-rs/xxhash';

/** Marks a file as an image of queries. */
const MAGIC = 0x716d6769;
/** Changes with every change of what is in an image; those of another one are not used. */
const FORMAT = 2;
/** Words before the header: magic, format, bytes of the header. */
const PREFIX = 16;
const ALIGNMENT = 8;
/** So much is copied at a time: the event loop goes on in between. */
const BLOCK = 4 * 1024 * 1024;

/** A named run of bytes. */
export interface Section {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** So many bytes it gets when it is read: room to grow takes no memory until it is used. */
  readonly room?: number;
}

export interface ImageContents<Header> {
  readonly header: Header;
  readonly sections: readonly Section[];
}

export interface Written {
  readonly bytes: number;
  /** xxh64, hexadecimal. */
  readonly checksum: string;
}

/** Why a file cannot be used; the message is the end of a sentence. */
export class ImageFault extends Error {}

/**
 * Writes a file that appears under its name only when it is whole and on disk. Sections may change
 * meanwhile: the checksum is that of what was written.
 */
export async function writeImage<Header>(
  path: string,
  { header, sections }: ImageContents<Header>,
): Promise<Written> {
  const sizes = sections.map(({ name, bytes, room }) => [name, bytes.length, room]);
  const text = Buffer.from(JSON.stringify({ header, sizes }));
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32LE(MAGIC, 0);
  prefix.writeUInt32LE(FORMAT, 4);
  prefix.writeUInt32LE(text.length, 8);
  const hash = new Xxh64(0n);
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let bytes = 0;
  const file = await open(`${path}.tmp`, 'w', 0o600);
  try {
    for (const part of [prefix, text, ...sections.map((section) => section.bytes)]) {
      for (let at = 0; at < part.length; at += BLOCK) {
        const length = Math.min(BLOCK, part.length - at);
        block.set(part.subarray(at, at + length));
        const padded = aligned(length);
        block.fill(0, length, padded);
        const copy = block.subarray(0, padded);
        hash.update(copy);
        await writeAll(file, copy);
        bytes += padded;
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return { bytes, checksum: hash.digest().toString(16) };
}

/**
 * Reads a file into memory, each section into some of its own.
 * @throws ImageFault what is wrong with it
 */
export async function readImage<Header>(
  path: string,
  expected: Written,
): Promise<{ header: Header; sections: ReadonlyMap<string, ArrayBuffer> }> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw new ImageFault((error as Error).message);
  }
  try {
    const { size } = await file.stat();
    if (size !== expected.bytes) {
      throw new ImageFault(`the file has ${size} bytes, not ${expected.bytes}`);
    }
    const hash = new Xxh64(0n);
    const take = async (length: number, room = length): Promise<ArrayBuffer> => {
      const isBounded = length <= size && room <= 2 * (length + BLOCK);
      if (!isBounded) throw new ImageFault('it is no image of queries');
      const padded = aligned(length);
      const buffer = new ArrayBuffer(Math.max(padded, aligned(room)));
      for (let at = 0; at < padded; at += BLOCK) {
        const part = Buffer.from(buffer, at, Math.min(BLOCK, padded - at));
        await readAll(file, part);
        hash.update(part);
      }
      return buffer;
    };
    const prefix = Buffer.from(await take(PREFIX));
    const isKnown = prefix.readUInt32LE(0) === MAGIC && prefix.readUInt32LE(4) === FORMAT;
    if (!isKnown) throw new ImageFault('it is of another version');
    const length = prefix.readUInt32LE(8);
    const text = Buffer.from(await take(length)).toString('utf8', 0, length);
    const { header, sizes } = JSON.parse(text) as {
      header: Header;
      sizes: [string, number, number?][];
    };
    const sections = new Map<string, ArrayBuffer>();
    for (const [name, bytes, room] of sizes) {
      const buffer = await take(bytes, room ?? undefined);
      const isExact = room !== undefined || buffer.byteLength === bytes;
      sections.set(name, isExact ? buffer : buffer.slice(0, bytes));
    }
    const found = hash.digest().toString(16);
    if (found !== expected.checksum) {
      throw new ImageFault(`the checksum is ${found}, not ${expected.checksum}`);
    }
    return { header, sections };
  } catch (error) {
    if (error instanceof ImageFault) throw error;
    throw new ImageFault((error as Error).message);
  } finally {
    await file.close();
  }
}

function aligned(bytes: number): number {
  return (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done)).bytesWritten;
  }
}

async function readAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, null);
    if (bytesRead === 0) throw new ImageFault('the file ended early');
    done += bytesRead;
  }
}
