import type { FieldTree } from '../fields/field-tree.ts';
import type { KeyTable } from '../fields/key-table.ts';
import { HASH_PRIME, HASH_SEED } from '../memory/hash.ts';
import { NOT_ASCII } from './ascii-words.ts';
import type { ValueReader } from './value-reader.ts';

/** The source is not a JSON object, or nests too deep; the message says where. */
export class MalformedDocument extends Error {}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Node of values that nobody can search. */
export const NOWHERE = -1;

/** Bytes that end the fast walk through a string. */
const PLAIN = new Uint8Array(256).fill(1);
for (let byte = 0; byte < 0x20; byte++) PLAIN[byte] = 0;
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

const SPACE = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0a, 0x0d]) SPACE[byte] = 1;

/**
 * One pass over the bytes of a JSON document: checks the grammar of RFC 8259 and hands each value,
 * with the node of its field, to the reader. No object and no string is made on the way, but for
 * values that the reader has to see as text.
 */
export class JsonScanner {
  readonly #tree: FieldTree;
  readonly #keys: KeyTable;
  readonly #values: ValueReader;
  readonly #maxDepth: number;
  #buffer: Uint8Array = new Uint8Array(0);
  #text: Buffer = Buffer.alloc(0);
  #begin = 0;
  #end = 0;
  #at = 0;
  /** First key entry that each object had the last time. */
  readonly #firstKeys: number[] = [];

  constructor(tree: FieldTree, values: ValueReader, maxDepth: number) {
    this.#tree = tree;
    this.#keys = tree.keys;
    this.#values = values;
    this.#maxDepth = maxDepth;
  }

  /** The memory that the next documents lie in. */
  use(memory: SharedArrayBuffer): void {
    this.#text = Buffer.from(memory);
    this.#buffer = new Uint8Array(memory);
  }

  /**
   * Scans the document at bytes [begin, end).
   * @param root node of the document's index
   * @throws MalformedDocument
   */
  scan(root: number, begin: number, end: number): void {
    this.#begin = begin;
    this.#end = end;
    this.#at = begin;
    this.#skipSpace();
    if (this.#buffer[this.#at] !== OPEN_BRACE || this.#at >= end)
      this.#fail('a document must be a JSON object');
    this.#object(root, 1);
    this.#skipSpace();
    if (this.#at !== end) this.#fail('unexpected text after the document');
  }

  #fail(what: string): never {
    throw new MalformedDocument(`${what} at byte ${Math.min(this.#at, this.#end) - this.#begin}`);
  }

  #skipSpace(): void {
    const buffer = this.#buffer;
    while (SPACE[buffer[this.#at]!] === 1) this.#at++;
    if (this.#at > this.#end) this.#at = this.#end;
  }

  /** At the opening brace; leaves behind the closing one. */
  #object(node: number, depth: number): void {
    const buffer = this.#buffer;
    this.#at++;
    this.#skipSpace();
    if (buffer[this.#at] === CLOSE_BRACE) {
      this.#at++;
      return;
    }
    let previous = -1;
    for (;;) {
      if (buffer[this.#at] !== QUOTE || this.#at >= this.#end)
        this.#fail('expected a quoted field name');
      const entry = node === NOWHERE ? this.#skipKey() : this.#key(node, previous);
      if (entry >= 0) previous = entry;
      this.#skipSpace();
      if (buffer[this.#at] !== COLON) this.#fail('expected ":" after a field name');
      this.#at++;
      this.#skipSpace();
      this.#value(entry < 0 ? NOWHERE : this.#keys.nodes[entry]!, depth);
      this.#skipSpace();
      const byte = buffer[this.#at];
      if (this.#at >= this.#end) this.#fail('the document ends inside an object');
      this.#at++;
      if (byte === CLOSE_BRACE) return;
      if (byte !== COMMA) {
        this.#at--;
        this.#fail('expected "," or "}" in an object');
      }
      this.#skipSpace();
    }
  }

  #skipKey(): number {
    this.#at++;
    this.#closeString();
    this.#at++;
    return NOWHERE;
  }

  /** Entry of the key at hand; documents of a kind have their keys in the same order, so guess first. */
  #key(node: number, previous: number): number {
    const keys = this.#keys;
    const guess = previous < 0 ? (this.#firstKeys[node] ?? -1) : keys.next[previous]!;
    const from = this.#at + 1;
    if (guess >= 0 && this.#isKey(keys.bytes[guess]!, from)) {
      this.#at = from + keys.bytes[guess]!.length + 1;
      return guess;
    }
    this.#at = from;
    const escaped = this.#closeString();
    const to = this.#at++;
    const buffer = this.#buffer;
    let hash = HASH_SEED;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ buffer[i]!, HASH_PRIME);
    let entry = keys.find(node, hash, buffer, from, to);
    if (entry < 0)
      entry = this.#tree.addKey(node, hash, buffer, from, to, this.#decode(from, to, escaped));
    if (entry < 0) return entry;
    if (previous < 0) this.#firstKeys[node] = entry;
    else keys.next[previous] = entry;
    return entry;
  }

  #isKey(key: Uint8Array, from: number): boolean {
    const buffer = this.#buffer;
    const length = key.length;
    if (buffer[from + length] !== QUOTE) return false;
    for (let i = 0; i < length; i++) if (buffer[from + i] !== key[i]) return false;
    return from + length < this.#end;
  }

  #value(node: number, depth: number): void {
    const byte = this.#at < this.#end ? this.#buffer[this.#at] : 0;
    switch (byte) {
      case QUOTE:
        this.#string(node);
        return;
      case OPEN_BRACE: {
        if (depth >= this.#maxDepth) this.#fail(`deeper than ${this.#maxDepth} levels`);
        let inner = node;
        if (node >= 0 && !this.#tree.isObject(node)) {
          if (this.#values.takesWhole(node)) {
            this.#whole(node, depth);
            return;
          }
          this.#values.object(node);
          inner = NOWHERE;
        } else if (node >= 0 && !this.#tree.nested.isEmpty && this.#tree.kinds.isNested(node)) {
          this.#values.nested.begin(node);
          this.#object(node, depth + 1);
          this.#values.nested.end();
          return;
        }
        this.#object(inner, depth + 1);
        return;
      }
      case OPEN_BRACKET:
        if (depth >= this.#maxDepth) this.#fail(`deeper than ${this.#maxDepth} levels`);
        if (node >= 0 && this.#values.takesWhole(node)) this.#whole(node, depth);
        else this.#array(node, depth + 1);
        return;
      case 0x74: // t
        this.#literal('true');
        if (node >= 0) this.#values.boolean(node, true);
        return;
      case 0x66: // f
        this.#literal('false');
        if (node >= 0) this.#values.boolean(node, false);
        return;
      case 0x6e: // n
        this.#literal('null');
        if (node >= 0) this.#values.nothing(node);
        return;
      default:
        this.#number(node);
    }
  }

  /** An object or array that is one value of its field. */
  #whole(node: number, depth: number): void {
    const from = this.#at;
    if (this.#buffer[from] === OPEN_BRACE) this.#object(NOWHERE, depth + 1);
    else this.#array(NOWHERE, depth + 1);
    if (!this.#values.ignores(node))
      this.#values.whole(node, this.#text.toString('utf8', from, this.#at));
  }

  #array(node: number, depth: number): void {
    const buffer = this.#buffer;
    this.#at++;
    this.#skipSpace();
    if (buffer[this.#at] === CLOSE_BRACKET) {
      this.#at++;
      if (node >= 0) this.#values.emptyList(node);
      return;
    }
    for (;;) {
      this.#value(node, depth);
      this.#skipSpace();
      const byte = buffer[this.#at];
      if (this.#at >= this.#end) this.#fail('the document ends inside an array');
      this.#at++;
      if (byte === CLOSE_BRACKET) return;
      if (byte !== COMMA) {
        this.#at--;
        this.#fail('expected "," or "]" in an array');
      }
      this.#skipSpace();
    }
  }

  #literal(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.#at + i >= this.#end || this.#buffer[this.#at + i] !== word.charCodeAt(i)) {
        this.#fail(`expected ${word}`);
      }
    }
    this.#at += word.length;
  }

  #string(node: number): void {
    const from = this.#at + 1;
    if (node >= 0 && this.#values.readsAscii(node)) {
      const close = this.#values.asciiText(this.#buffer, from, this.#end, node);
      if (close !== NOT_ASCII) {
        this.#at = close + 1;
        return;
      }
    }
    this.#at = from;
    const escaped = this.#closeString();
    const to = this.#at++;
    if (node >= 0 && !this.#values.ignores(node))
      this.#values.string(node, this.#decode(from, to, escaped));
  }

  /** Walks to the closing quote, checking escapes; true when there are any. */
  #closeString(): boolean {
    const buffer = this.#buffer;
    const end = this.#end;
    let at = this.#at;
    let escaped = false;
    for (;;) {
      while (PLAIN[buffer[at]!] === 1) at++;
      this.#at = at;
      if (at >= end) this.#fail('a string is not closed');
      const byte = buffer[at];
      if (byte === QUOTE) return escaped;
      if (byte !== BACKSLASH) this.#fail('a control character must be escaped');
      escaped = true;
      at += this.#escapeLength(at);
    }
  }

  #escapeLength(at: number): number {
    const byte = this.#buffer[at + 1]!;
    if (byte === 0x75) {
      for (let i = at + 2; i < at + 6; i++)
        if (!isHex(this.#buffer[i]!)) this.#fail('bad \\u escape');
      return 6;
    }
    // " \ / b f n r t
    if (byte === 0x22 || byte === 0x5c || byte === 0x2f) return 2;
    if (byte === 0x62 || byte === 0x66 || byte === 0x6e || byte === 0x72 || byte === 0x74) return 2;
    return this.#fail('bad escape');
  }

  #decode(from: number, to: number, escaped: boolean): string {
    const text = this.#text.toString('utf8', from, to);
    return escaped ? (JSON.parse(`"${text}"`) as string) : text;
  }

  #number(node: number): void {
    const buffer = this.#buffer;
    const from = this.#at;
    let at = from;
    let isInteger = true;
    if (buffer[at] === 0x2d) at++;
    if (buffer[at] === 0x30) at++;
    else at = this.#digits(at);
    if (buffer[at] === 0x2e) {
      isInteger = false;
      at = this.#digits(at + 1);
    }
    if (buffer[at] === 0x65 || buffer[at] === 0x45) {
      isInteger = false;
      at++;
      if (buffer[at] === 0x2b || buffer[at] === 0x2d) at++;
      at = this.#digits(at);
    }
    if (at > this.#end) this.#fail('the document ends inside a number');
    this.#at = at;
    if (node >= 0) this.#values.number(node, buffer, from, at, isInteger);
  }

  #digits(from: number): number {
    const buffer = this.#buffer;
    let at = from;
    while (buffer[at]! >= 0x30 && buffer[at]! <= 0x39) at++;
    if (at === from) {
      this.#at = at;
      this.#fail('expected a value');
    }
    return at;
  }
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 32) >= 0x61 && (byte | 32) <= 0x66);
}
