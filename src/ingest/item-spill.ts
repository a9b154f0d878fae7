import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A piece of text that is in the file. */
export interface Spilled {
  readonly offset: number;
  readonly length: number;
}

/**
 * A nameless file for the items of an answer that is too long for memory: an upload of gigabytes
 * with ids of its own has an answer of gigabytes, which cannot be sent before the upload's end.
 */
export class ItemSpill {
  readonly #file: number;
  #size = 0;
  #closed = false;

  constructor() {
    const directory = mkdtempSync(join(tmpdir(), 'estrom-answer-'));
    try {
      this.#file = openSync(join(directory, 'items'), 'wx+', 0o600);
    } finally {
      // Open files outlive their names: nothing is left behind, however the process ends.
      rmSync(directory, { recursive: true, force: true });
    }
  }

  write(bytes: Buffer): Spilled {
    const piece = { offset: this.#size, length: bytes.length };
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(
        this.#file,
        bytes,
        written,
        bytes.length - written,
        this.#size + written,
      );
    }
    this.#size += bytes.length;
    return piece;
  }

  read(piece: Spilled): Buffer {
    const bytes = Buffer.allocUnsafeSlow(piece.length);
    let read = 0;
    while (read < piece.length) {
      const got = readSync(this.#file, bytes, read, piece.length - read, piece.offset + read);
      if (got === 0) throw new Error('the file of the answer ended early');
      read += got;
    }
    return bytes;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }
}
