import type { IndexTest } from '../caller.ts';
import { validateIndexName } from '../index-name.ts';
import { BULK_OPS, type BulkOp, type ItemError } from './item.ts';
import { notCovered } from './item-errors.ts';

const MAX_ID_BYTES = 512;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What an action line says; the same object as long as lines differ only in their `_id`. */
export interface Action {
  readonly op: BulkOp;
  /** The line's own index, else the one of the request; checked. */
  readonly index: string | undefined;
  /** The item is refused, but the line was understood: its source line belongs to it. */
  readonly error: ItemError | null;
}

/** A line that was parsed before, with a hole where its `_id` is (suffix null: it has none). */
interface Pattern {
  readonly action: Action;
  readonly prefix: Buffer;
  readonly suffix: Buffer | null;
}

/** Patterns of one body: enough for the indices that a shipper sends to in turn. */
const MAX_PATTERNS = 8;
/** After so many lines without a pattern, and fewer with one, making patterns is given up. */
const PATIENCE = 64;

/**
 * Reads action lines. Senders repeat themselves: nearly every line is one seen before, or that
 * line with another `_id`. Such lines are compared byte by byte; only others are parsed as JSON.
 */
export class ActionReader {
  readonly #defaultIndex: string | undefined;
  readonly #patterns: Pattern[] = [];
  #last = 0;
  #hits = 0;
  #misses = 0;

  readonly #mayWrite: IndexTest | null;

  /** The result of {@link read}. */
  action: Action = { op: 'index', index: undefined, error: null };
  id: string | undefined;
  /** Why the last line was no action, to follow `Malformed action/metadata line [n], `. */
  malformed = '';

  /** @param mayWrite which indices the sender may write to; null for all */
  constructor(defaultIndex: string | undefined, mayWrite: IndexTest | null = null) {
    this.#defaultIndex = defaultIndex;
    this.#mayWrite = mayWrite;
  }

  /** @returns whether the bytes are an action line; if so `action` and `id` tell which. */
  read(window: Buffer, start: number, end: number): boolean {
    return this.#isKnown(window, start, end) || this.#parse(window, start, end);
  }

  /** Tries the patterns, the one that fitted last before the others. */
  #isKnown(window: Buffer, start: number, end: number): boolean {
    const patterns = this.#patterns;
    for (let i = 0; i < patterns.length; i++) {
      const at = (this.#last + i) % patterns.length;
      if (!this.#fits(patterns[at]!, window, start, end)) continue;
      this.#last = at;
      this.#hits++;
      return true;
    }
    this.#misses++;
    return false;
  }

  #fits(pattern: Pattern, window: Buffer, start: number, end: number): boolean {
    const { prefix, suffix } = pattern;
    if (suffix === null) {
      if (end - start !== prefix.length || !startsWith(window, start, prefix)) return false;
      this.id = undefined;
      this.action = pattern.action;
      return true;
    }
    const idStart = start + prefix.length;
    const idEnd = end - suffix.length;
    if (idEnd <= idStart || idEnd - idStart > MAX_ID_BYTES) return false;
    if (!startsWith(window, start, prefix) || !startsWith(window, idEnd, suffix)) return false;
    for (let i = idStart; i < idEnd; i++) {
      const byte = window[i]!;
      if (byte < 0x20 || byte > 0x7e || byte === QUOTE || byte === BACKSLASH) return false;
    }
    this.id = window.toString('latin1', idStart, idEnd);
    this.action = pattern.action;
    return true;
  }

  #parse(window: Buffer, start: number, end: number): boolean {
    const text = window.toString('utf8', start, end);
    let line: unknown;
    try {
      line = JSON.parse(text);
    } catch {
      this.malformed = 'expected a JSON object that names the action, but it is not valid JSON';
      return false;
    }
    if (!isObject(line)) {
      this.malformed = `expected START_OBJECT but found [${tokenOf(line)}]`;
      return false;
    }
    const names = Object.keys(line);
    const op = names[0] as BulkOp | undefined;
    if (op === undefined || names.length > 1 || !BULK_OPS.includes(op)) {
      const found = names.find((name) => !BULK_OPS.includes(name as BulkOp)) ?? names.join();
      this.malformed = `expected field [create], [delete], [index] or [update] but found [${found}]`;
      return false;
    }
    const fields = line[op];
    if (!isObject(fields)) {
      this.malformed = `expected START_OBJECT but found [${tokenOf(fields)}]`;
      return false;
    }
    this.#read(op, fields);
    this.#remember(text, start, end);
    return true;
  }

  #read(op: BulkOp, fields: Record<string, unknown>): void {
    const index = fields['_index'] ?? this.#defaultIndex;
    const id = fields['_id'] ?? undefined;
    this.id = typeof id === 'string' ? id : id === undefined ? undefined : JSON.stringify(id);
    this.action = {
      op,
      index: typeof index === 'string' ? index : undefined,
      error: indexError(index) ?? this.#boundError(index as string) ?? idError(op, this.id),
    };
  }

  #boundError(index: string): ItemError | null {
    return this.#mayWrite === null || this.#mayWrite(index) ? null : notCovered(index);
  }

  /** Keeps the line as a pattern of later ones. */
  #remember(text: string, start: number, end: number): void {
    if (this.#misses > PATIENCE && this.#misses > this.#hits) return;
    if (text.length !== end - start) return; // not ASCII: offsets of text and bytes differ
    const { action, id } = this;
    if (id === undefined) {
      this.#add({ action, prefix: Buffer.from(text, 'latin1'), suffix: null });
      return;
    }
    // An error may come from this id; and an id key that is there twice leaves its place unclear.
    if (action.error !== null) return;
    const key = text.indexOf('"_id"');
    if (key < 0 || text.includes('"_id"', key + 1)) return;
    const hole = /^"_id"\s*:\s*"/.exec(text.slice(key));
    if (hole === null) return;
    const at = key + hole[0].length;
    if (!text.startsWith(`${id}"`, at)) return;
    const prefix = Buffer.from(text.slice(0, at), 'latin1');
    const suffix = Buffer.from(text.slice(at + id.length), 'latin1');
    this.#add({ action, prefix, suffix });
  }

  #add(pattern: Pattern): void {
    if (this.#patterns.length < MAX_PATTERNS) this.#last = this.#patterns.push(pattern) - 1;
    else this.#patterns[this.#misses % MAX_PATTERNS] = pattern;
  }
}

function indexError(index: unknown): ItemError | null {
  if (index === undefined || index === null) {
    return {
      status: 400,
      type: 'action_request_validation_exception',
      reason: 'Validation Failed: 1: index is missing;',
    };
  }
  const reason = typeof index === 'string' ? validateIndexName(index) : 'must be a string';
  if (reason === null) return null;
  return {
    status: 400,
    type: 'invalid_index_name_exception',
    reason: `Invalid index name [${String(index).slice(0, 300)}], ${reason}`,
  };
}

/** What is wrong with an id, or with its absence. */
export function idError(op: BulkOp, id: string | undefined): ItemError | null {
  if (id === undefined) {
    if (op === 'index' || op === 'create') return null;
    return {
      status: 400,
      type: 'action_request_validation_exception',
      reason: 'Validation Failed: 1: id is missing;',
    };
  }
  if (id === '') {
    return {
      status: 400,
      type: 'illegal_argument_exception',
      reason: 'if _id is specified it must not be empty',
    };
  }
  const bytes = Buffer.byteLength(id);
  if (bytes <= MAX_ID_BYTES) return null;
  return {
    status: 400,
    type: 'illegal_argument_exception',
    reason: `id [${id.slice(0, 32)}…] is too long, must be no longer than ${MAX_ID_BYTES} bytes but was: ${bytes}`,
  };
}

/** A loop, because the line is short: a native compare costs more to enter than this takes. */
function startsWith(window: Buffer, at: number, part: Buffer): boolean {
  for (let i = 0; i < part.length; i++) {
    if (window[at + i] !== part[i]) return false;
  }
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Elasticsearch's name of a JSON token. */
function tokenOf(value: unknown): string {
  if (value === null || value === undefined) return 'VALUE_NULL';
  if (Array.isArray(value)) return 'START_ARRAY';
  if (typeof value === 'boolean') return 'VALUE_BOOLEAN';
  return typeof value === 'number' ? 'VALUE_NUMBER' : 'VALUE_STRING';
}
