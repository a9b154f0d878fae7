import { detectDate, parseDate } from '../../../mapping/dates.ts';
import {
  BOOLEAN_FIELD,
  DATE_FIELD,
  FLOAT_FIELD,
  IGNORE_ABOVE,
  LONG_FIELD,
  POSITION_GAP,
  SLASH_DATE_FIELD,
  TEXT_FIELD,
  UNMAPPED,
} from '../../../mapping/field-type.ts';
import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import { floatText, parseFloat32, parseLong, splitFloat } from '../compile/numbers.ts';
import { splitInteger, splitSafeInteger } from '../compile/plan.ts';
import * as C from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { HASH_SEED, hashBytes } from '../memory/hash.ts';
import { appendAsciiWords, NOT_ASCII } from './ascii-words.ts';
import type { Atoms } from './atoms.ts';
import type { Wants } from './wants.ts';

const encoder = new TextEncoder();
const NUMBER_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?$/;

/** Gives each value of a document its meaning under its field's type, as atoms that queries can meet. */
export class ValueReader {
  readonly #tree: FieldTree;
  readonly #atoms: Atoms;
  #wants: Wants;
  /** Values that contradict their field's type: they don't match, the document is delivered. */
  conflicts = 0;
  #document = 0;
  /** Document in which a node was last seen to have a value. */
  readonly #existsIn: number[] = [];
  /** Next token position of each text field, valid in document #positionIn[node]. */
  readonly #nextPosition: number[] = [];
  readonly #positionIn: number[] = [];

  constructor(tree: FieldTree, atoms: Atoms, wants: Wants) {
    this.#tree = tree;
    this.#atoms = atoms;
    this.#wants = wants;
  }

  set wants(wants: Wants) {
    this.#wants = wants;
  }

  beginDocument(): void {
    this.#document++;
  }

  /** Whether nobody asks for values of this field, so that they need only be stepped over. */
  ignores(node: number): boolean {
    return this.#tree.types[node] !== UNMAPPED && this.#wants.of(node) === 0;
  }

  /** Whether a string value may be read by {@link asciiText}, in one pass with its scan. */
  wantsWords(node: number): boolean {
    return (
      this.#tree.types[node] === TEXT_FIELD &&
      (this.#wants.of(node) & ((1 << C.TEXT) | (1 << C.HAS_TEXT))) !== 0
    );
  }

  /**
   * Reads a string value of a text field while looking for its end.
   * @param from first byte behind the opening quote
   * @returns place of the closing quote, or {@link NOT_ASCII}: read it with {@link string} instead
   */
  asciiText(buffer: Uint8Array, from: number, end: number, node: number): number {
    const atoms = this.#atoms;
    const first = atoms.count;
    const close = appendAsciiWords(buffer, from, end, atoms, node, this.#position(node));
    if (close < 0) return NOT_ASCII;
    this.#endText(node, first);
    if (close - from <= IGNORE_ABOVE) this.#keyword(node, buffer, from, close);
    return close;
  }

  /** A string, with escapes resolved. */
  string(node: number, text: string): void {
    const { types } = this.#tree;
    if (types[node] === UNMAPPED && !this.#tree.assign(node, detect(text))) return;
    switch (types[node]) {
      case TEXT_FIELD:
        this.#text(node, text);
        return;
      case LONG_FIELD: {
        const value = parseLong(text);
        if (value === null) this.conflicts++;
        else this.#long(node, value);
        return;
      }
      case FLOAT_FIELD: {
        const value = parseFloat32(text);
        if (value === null) this.conflicts++;
        else this.#float(node, value);
        return;
      }
      case BOOLEAN_FIELD:
        if (text === 'true' || text === 'false' || text === '')
          this.#boolean(node, text === 'true');
        else this.conflicts++;
        return;
      case DATE_FIELD:
      case SLASH_DATE_FIELD:
        this.#dateText(node, text);
        return;
      default:
        this.conflicts++;
    }
  }

  /** A JSON number, as written. */
  number(node: number, buffer: Uint8Array, from: number, to: number, isInteger: boolean): void {
    const { types } = this.#tree;
    if (types[node] === UNMAPPED && !this.#tree.assign(node, isInteger ? LONG_FIELD : FLOAT_FIELD))
      return;
    if (this.#wants.of(node) === 0) return;
    switch (types[node]) {
      case LONG_FIELD:
        this.#longText(node, latin(buffer, from, to));
        return;
      case FLOAT_FIELD: {
        const value = Math.fround(Number(latin(buffer, from, to)));
        if (Number.isFinite(value)) this.#float(node, value);
        else this.conflicts++;
        return;
      }
      case TEXT_FIELD:
        this.#text(node, latin(buffer, from, to));
        return;
      case DATE_FIELD:
      case SLASH_DATE_FIELD:
        this.#dateText(node, latin(buffer, from, to));
        return;
      default:
        this.conflicts++;
    }
  }

  boolean(node: number, value: boolean): void {
    const { types } = this.#tree;
    if (types[node] === UNMAPPED && !this.#tree.assign(node, BOOLEAN_FIELD)) return;
    if (types[node] === BOOLEAN_FIELD) this.#boolean(node, value);
    else if (types[node] === TEXT_FIELD) this.#text(node, value ? 'true' : 'false');
    else this.conflicts++;
  }

  #longText(node: number, text: string): void {
    const value = Number(text);
    if (Number.isSafeInteger(value)) {
      this.#wholeNumber(node, C.LONG, String(value === 0 ? 0 : value), splitSafeInteger(value));
      return;
    }
    const exact = parseLong(text);
    if (exact === null) this.conflicts++;
    else this.#long(node, exact);
  }

  #long(node: number, value: bigint): void {
    this.#wholeNumber(node, C.LONG, value.toString(), splitInteger(value));
  }

  #float(node: number, value: number): void {
    this.#wholeNumber(node, C.FLOAT, floatText(value), splitFloat(value));
  }

  #dateText(node: number, text: string): void {
    const iso = this.#tree.types[node] === DATE_FIELD;
    const value = parseDate(text, iso ? 'iso' : 'slashes');
    if (value === null) this.conflicts++;
    else this.#wholeNumber(node, iso ? C.DATE : C.SLASH_DATE, String(value), [value, 0]);
  }

  #wholeNumber(
    node: number,
    termClass: number,
    text: string,
    value: readonly [number, number],
  ): void {
    const want = this.#wants.of(node);
    this.#markExists(node);
    if (want & (1 << termClass)) this.#addText(node, termClass, text);
    const anchor = C.anchorOf(termClass);
    if (want & (1 << anchor)) {
      this.#addText(node, anchor, '');
      this.#atoms.addNumber(termClass, node, value[0], value[1]);
    }
  }

  #boolean(node: number, value: boolean): void {
    this.#markExists(node);
    if (this.#wants.of(node) & (1 << C.BOOLEAN))
      this.#addText(node, C.BOOLEAN, value ? 'true' : 'false');
  }

  #text(node: number, text: string): void {
    const atoms = this.#atoms;
    const first = atoms.count;
    if (this.#wants.of(node) & ((1 << C.TEXT) | (1 << C.HAS_TEXT))) {
      const tokens = analyzeStandard(text);
      const position = this.#position(node);
      atoms.reserve(tokens.length + 1, text.length * 3);
      for (const token of tokens)
        this.#addText(node, C.TEXT, token.text, position + token.position);
    }
    this.#endText(node, first);
    if (text.length <= IGNORE_ABOVE) {
      const bytes = encoder.encode(text);
      this.#keyword(node, bytes, 0, bytes.length);
    }
  }

  /** Books the tokens that came since `first` as one value of the field. */
  #endText(node: number, first: number): void {
    const atoms = this.#atoms;
    this.#markExists(node);
    const next = atoms.count > first ? atoms.positions[atoms.count - 1]! + 1 : this.#position(node);
    this.#nextPosition[node] = next + POSITION_GAP;
    this.#positionIn[node] = this.#document;
    if (this.#wants.of(node) & (1 << C.HAS_TEXT)) this.#addText(node, C.HAS_TEXT, '');
  }

  #position(node: number): number {
    return this.#positionIn[node] === this.#document ? this.#nextPosition[node]! : 0;
  }

  #keyword(textNode: number, bytes: Uint8Array, from: number, to: number): void {
    const node = this.#tree.keywords[textNode]!;
    const want = this.#wants.of(node);
    if (this.#wants.exists) this.#markExists(node);
    if (want & (1 << C.KEYWORD) || want & (1 << C.HAS_KEYWORD)) {
      const atoms = this.#atoms;
      atoms.reserve(2, to - from);
      const start = atoms.used;
      atoms.scratch.set(bytes.subarray(from, to), start);
      atoms.used += to - from;
      atoms.add(C.KEYWORD, node, hashBytes(bytes, from, to), start, to - from, 0);
      if (want & (1 << C.HAS_KEYWORD)) atoms.add(C.HAS_KEYWORD, node, HASH_SEED, start, 0, 0);
    }
  }

  #addText(node: number, termClass: number, text: string, position = 0): void {
    const atoms = this.#atoms;
    atoms.reserve(1, text.length * 3);
    const start = atoms.used;
    const { written } = encoder.encodeInto(text, atoms.scratch.subarray(start));
    atoms.used += written;
    atoms.add(
      termClass,
      node,
      hashBytes(atoms.scratch, start, start + written),
      start,
      written,
      position,
    );
  }

  /** The field and every object above it have a value. */
  #markExists(node: number): void {
    if (!this.#wants.exists) return;
    const { parents } = this.#tree;
    for (let at = node; at >= 0 && this.#existsIn[at] !== this.#document; at = parents[at]!) {
      this.#existsIn[at] = this.#document;
      if (this.#wants.of(at) & (1 << C.EXISTS)) {
        this.#atoms.reserve(1, 0);
        this.#atoms.add(C.EXISTS, at, HASH_SEED, this.#atoms.used, 0, 0);
      }
    }
  }
}

/** The type that Elasticsearch's dynamic mapping gives to a string that no field has had yet. */
function detect(text: string): number {
  const format = NUMBER_TEXT.test(text) ? null : detectDate(text);
  return format === null ? TEXT_FIELD : format === 'iso' ? DATE_FIELD : SLASH_DATE_FIELD;
}

function latin(buffer: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(buffer[i]!);
  return text;
}
