import { isUtf8 } from 'node:buffer';
import { type DocumentFailure, SLOT_END, SLOT_START, SLOT_WORDS } from '../../../document.ts';
import { FieldTree } from '../../embedded/fields/field-tree.ts';
import { Atoms } from '../../embedded/scan/atoms.ts';
import { JsonScanner, MalformedDocument } from '../../embedded/scan/json-scanner.ts';
import { ValueReader } from '../../embedded/scan/value-reader.ts';
import { Wants } from '../../embedded/scan/wants.ts';
import { KnownPaths } from '../mapping/known-paths.ts';
import { type DocumentBytes, rewritten } from './rewritten-documents.ts';
import type { CheckAnswer, CheckGroup, CheckTask } from './worker-messages.ts';

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/** Decoded sets that a thread keeps. */
const MAX_KNOWN = 256;
/** Root for a scan whose values nobody wants. */
const NOWHERE = -1;

export interface Checked extends CheckAnswer {
  /** To be percolated instead of what came. */
  readonly instead?: DocumentBytes;
}

/** Finds the documents of a batch that are none, and paths that the percolator's mapping does not have. */
export class DocumentCheck {
  readonly #maxDepth: number;
  readonly #scanner: JsonScanner;
  /** Least recently used first. */
  readonly #known = new Map<number, KnownPaths>();

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
    const tree = new FieldTree(0);
    const values = new ValueReader(tree, new Atoms(), new Wants(false, () => 0));
    this.#scanner = new JsonScanner(tree, values, maxDepth);
  }

  check({ bytes, slots, groups }: CheckTask): Checked {
    const began = performance.now();
    const text = Buffer.from(bytes);
    this.#scanner.use(bytes);
    const failures: DocumentFailure[] = [];
    const unknown: number[] = [];
    const texts = new Map<number, string>();
    for (const group of groups) {
      const known = this.#knownOf(group);
      for (const slot of group.slots) {
        const begin = slots[slot * SLOT_WORDS + SLOT_START]!;
        const end = slots[slot * SLOT_WORDS + SLOT_END]!;
        const document = this.#read(text, begin, end);
        if (typeof document === 'string') failures.push(malformed(slot, document));
        else if (known.unknownIn(document)) unknown.push(slot);
        else if (known.takesNumberTexts(document)) {
          const source = text.toString('utf8', begin, end);
          const kept = known.withNumberTexts(source);
          if (kept !== source) texts.set(slot, kept);
        }
      }
    }
    const instead = texts.size > 0 ? { instead: rewritten({ bytes, slots }, texts) } : {};
    const seconds = (performance.now() - began) / 1000;
    return { unknown: Uint32Array.from(unknown).sort(), failures, seconds, ...instead };
  }

  /** The document, or what is wrong with it. */
  #read(text: Buffer, begin: number, end: number): Record<string, unknown> | string {
    const source = text.subarray(begin, end);
    if (!isUtf8(source)) return 'the source is not valid UTF-8';
    if (this.#mayBeDeep(source)) {
      const wrong = this.#scan(begin, end);
      if (wrong !== undefined) return wrong;
    }
    try {
      const document: unknown = JSON.parse(source.toString());
      if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
        return document as Record<string, unknown>;
      }
    } catch {
      // Said below, in the same words as by the embedded engine.
    }
    return this.#scan(begin, end) ?? 'the source is not valid JSON';
  }

  /** Whether it opens more objects and arrays than may be open at a time. */
  #mayBeDeep(source: Buffer): boolean {
    let opened = 0;
    for (const byte of source) {
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) opened++;
    }
    return opened > this.#maxDepth;
  }

  #scan(begin: number, end: number): string | undefined {
    try {
      this.#scanner.scan(NOWHERE, begin, end);
    } catch (error) {
      if (error instanceof MalformedDocument) return error.message;
      throw error;
    }
    return undefined;
  }

  #knownOf({ known, knownKey }: CheckGroup): KnownPaths {
    const decoded = this.#known.get(knownKey) ?? KnownPaths.decode(known);
    this.#known.delete(knownKey);
    this.#known.set(knownKey, decoded);
    if (this.#known.size > MAX_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    return decoded;
  }
}

function malformed(slot: number, what: string): DocumentFailure {
  return {
    slot,
    status: 400,
    type: 'mapper_parsing_exception',
    reason: `failed to parse: ${what}`,
  };
}
