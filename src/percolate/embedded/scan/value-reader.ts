import { parseDate } from '../../../mapping/dates.ts';
import {
  BOOLEAN_FIELD,
  DATE_FIELD,
  FLOAT_FIELD,
  IGNORE_ABOVE,
  LONG_FIELD,
  NOT_MAPPED,
  POSITION_GAP,
  SLASH_DATE_FIELD,
  TEXT_FIELD,
  UNMAPPED,
} from '../../../mapping/field-type.ts';
import { FIRST_KIND } from '../../../mapping/kind-table.ts';
import { readNumber } from '../../../mapping/number-kinds.ts';
import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import { floatText, splitFloat } from '../compile/numbers.ts';
import { splitInteger, splitSafeInteger } from '../compile/plan.ts';
import * as C from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { appendAsciiWords, endOfAscii, NOT_ASCII } from './ascii-words.ts';
import type { Atoms } from './atoms.ts';
import { introduceText, typeOfNumber } from './introduce.ts';
import { KindValues } from './kind-values.ts';
import { NestedRows } from './nested-rows.ts';
import { Offers } from './offers.ts';
import { BOOLEAN_VALUE, NUMBER, STRING, type ValueForm, type ValueSink } from './value-form.ts';
import type { Wants } from './wants.ts';

const encoder = new TextEncoder();

/** A value that contradicts its field's type, where that refuses the document. */
export class RefusedValue extends Error {}

/** Gives each value of a document its meaning under its field's type, as atoms that queries can meet. */
export class ValueReader implements ValueSink {
  readonly #tree: FieldTree;
  readonly #atoms: Atoms;
  readonly #offers: Offers;
  readonly #kinds: KindValues;
  readonly #isStrict: boolean;
  /** The nested objects of the document at hand. */
  readonly nested: NestedRows;
  /** Values that contradict their field's type: they don't match, the document is delivered. */
  conflicts = 0;

  /** @param isStrict a value that contradicts its field's type refuses the document */
  constructor(tree: FieldTree, atoms: Atoms, wants: Wants, isStrict = false) {
    this.#tree = tree;
    this.#atoms = atoms;
    this.#offers = new Offers(tree, atoms, wants);
    this.#kinds = new KindValues(tree, this.#offers, this);
    this.#isStrict = isStrict;
    this.nested = new NestedRows(tree, atoms, this.#offers);
  }

  get #wants(): Wants {
    return this.#offers.wants;
  }

  set wants(wants: Wants) {
    this.#offers.wants = wants;
  }

  beginDocument(): void {
    this.#offers.beginDocument();
    this.#kinds.beginDocument();
    this.nested.beginDocument();
  }

  /**
   * A value that its field's type cannot hold.
   * @throws RefusedValue where mappings are strict
   */
  conflict(node: number, what: string): void {
    if (this.#isStrict) {
      const kind = this.#tree.kinds.kindOf(node);
      const type = kind?.holds ?? kind?.type ?? 'object';
      throw new RefusedValue(
        `failed to parse field [${this.#tree.nameOf(node)}] of type [${type}]: ${what}`,
      );
    }
    this.conflicts++;
  }

  /** Whether nobody asks for values of this field, so that they need only be stepped over. */
  ignores(node: number): boolean {
    return !this.#isStrict && this.#tree.types[node] !== UNMAPPED && this.#wants.of(node) === 0;
  }

  /** Whether a string value may be read by {@link asciiText}, in one pass with its scan. */
  readsAscii(node: number): boolean {
    return this.#tree.types[node] === TEXT_FIELD && this.#wants.of(node) !== 0;
  }

  /**
   * Reads a string value of a text field while looking for its end.
   * @param from first byte behind the opening quote
   * @returns place of the closing quote, or {@link NOT_ASCII}: read it with {@link string} instead
   */
  asciiText(buffer: Uint8Array, from: number, end: number, node: number): number {
    const atoms = this.#atoms;
    const first = atoms.count;
    const close = this.#wantsWords(node)
      ? appendAsciiWords(buffer, from, end, atoms, node, this.#offers.position(node))
      : endOfAscii(buffer, from, end);
    if (close < 0) return NOT_ASCII;
    this.#endText(node, first);
    if (close - from <= IGNORE_ABOVE) this.#keyword(node, buffer, from, close);
    return close;
  }

  #wantsWords(node: number): boolean {
    return (this.#wants.of(node) & ((1 << C.TEXT) | (1 << C.HAS_TEXT))) !== 0;
  }

  /** Whether an object or array is one value of the field's type, to be given to {@link whole}. */
  takesWhole(node: number): boolean {
    return this.#tree.types[node]! >= FIRST_KIND && this.#kinds.takesWhole(node);
  }

  /** An object or array that is one value. @param text its JSON */
  whole(node: number, text: string): void {
    this.#kinds.json(node, text);
  }

  /** The document's `_id`. */
  id(id: string): void {
    const node = this.#tree.idNode;
    if (this.#wants.of(node) & (1 << C.DOC_ID)) this.#offers.text(node, C.DOC_ID, id);
  }

  /** What every document of the index has, whether or not it stands in it. */
  constants(index: string): void {
    const constants = this.#tree.kinds.constantsOf(index);
    if (constants.size === 0) return;
    for (const node of constants) this.#kinds.constant(node);
  }

  /** A string, with escapes resolved. */
  string(node: number, text: string): void {
    const { types } = this.#tree;
    if (types[node] === UNMAPPED && !introduceText(this.#tree, node, text)) return;
    const type = types[node]!;
    if (type >= FIRST_KIND) this.#kinds.read(node, text, STRING);
    else if (type !== NOT_MAPPED) this.#dynamicString(node, type, text);
  }

  #dynamicString(node: number, type: number, text: string): void {
    switch (type) {
      case TEXT_FIELD:
        this.#text(node, text);
        return;
      case LONG_FIELD: {
        const value = readNumber('long', text, 'string');
        if (typeof value === 'bigint') this.#long(node, value);
        else if (value === null) this.conflict(node, `[${text}] is no whole number`);
        return;
      }
      case FLOAT_FIELD: {
        const value = readNumber('float', text, 'string');
        if (typeof value === 'number') this.#float(node, value);
        else if (value === null) this.conflict(node, `[${text}] is no number`);
        return;
      }
      case BOOLEAN_FIELD:
        if (text === 'true' || text === 'false' || text === '')
          this.#boolean(node, text === 'true');
        else this.conflict(node, `[${text}] is neither [true] nor [false]`);
        return;
      case DATE_FIELD:
      case SLASH_DATE_FIELD:
        this.#dateText(node, text);
        return;
      default:
        this.conflict(node, 'a text where objects are');
    }
  }

  /** A JSON number, as written. */
  number(node: number, buffer: Uint8Array, from: number, to: number, isInteger: boolean): void {
    const { types } = this.#tree;
    if (types[node] === UNMAPPED && !this.#tree.assign(node, isInteger ? LONG_FIELD : FLOAT_FIELD))
      return;
    if (this.#wants.of(node) === 0 && !this.#isStrict) return;
    const type = types[node]!;
    if (type >= FIRST_KIND) this.#kinds.read(node, latin(buffer, from, to), NUMBER);
    else if (type !== NOT_MAPPED) this.#dynamicNumber(node, type, latin(buffer, from, to));
  }

  #dynamicNumber(node: number, type: number, text: string): void {
    switch (type) {
      case LONG_FIELD:
        this.#longText(node, text);
        return;
      case FLOAT_FIELD: {
        const value = Math.fround(Number(text));
        if (Number.isFinite(value)) this.#float(node, value);
        else this.conflict(node, `[${text}] is beyond its range`);
        return;
      }
      case TEXT_FIELD:
        this.#text(node, text);
        return;
      case DATE_FIELD:
      case SLASH_DATE_FIELD:
        this.#dateText(node, text);
        return;
      default:
        this.conflict(node, `the number [${text}]`);
    }
  }

  boolean(node: number, value: boolean): void {
    const { types } = this.#tree;
    if (types[node] === UNMAPPED && !this.#tree.assign(node, BOOLEAN_FIELD)) return;
    const type = types[node]!;
    if (type >= FIRST_KIND) this.#kinds.read(node, value ? 'true' : 'false', BOOLEAN_VALUE);
    else if (type !== NOT_MAPPED) this.#dynamicBoolean(node, type, value);
  }

  #dynamicBoolean(node: number, type: number, value: boolean): void {
    if (type === BOOLEAN_FIELD) this.#boolean(node, value);
    else if (type === TEXT_FIELD) this.#text(node, value ? 'true' : 'false');
    else this.conflict(node, `the boolean [${value}]`);
  }

  /** An explicit null. */
  nothing(node: number): void {
    const type = this.#tree.types[node]!;
    if (type >= FIRST_KIND) this.#kinds.nothing(node);
    else if (type === UNMAPPED) this.#tree.kinds.checkStrict(node);
  }

  emptyList(node: number): void {
    if (this.#tree.types[node] === UNMAPPED) this.#tree.kinds.checkStrict(node);
  }

  /** An object stands where the mapping has none. */
  object(node: number): void {
    if (!this.#tree.kinds.isIgnored(node)) this.conflict(node, 'an object');
  }

  /** A value that is copied from another field. */
  copied(node: number, text: string, form: ValueForm, asFloat: string): void {
    const at = this.nested.visit(node);
    this.#copied(node, text, form, asFloat);
    this.nested.leave(at);
  }

  #copied(node: number, text: string, form: ValueForm, asFloat: string): void {
    const { types } = this.#tree;
    if (types[node] === UNMAPPED) {
      const isMapped =
        form === STRING
          ? introduceText(this.#tree, node, text)
          : this.#tree.assign(node, form === NUMBER ? typeOfNumber(text) : BOOLEAN_FIELD);
      if (!isMapped) return;
    }
    const type = types[node]!;
    if (type >= FIRST_KIND) this.#kinds.readCopy(node, text, form, asFloat);
    else if (type === NOT_MAPPED) return;
    else if (form === STRING) this.#dynamicString(node, type, text);
    else if (form === NUMBER)
      this.#dynamicNumber(node, type, type === FLOAT_FIELD ? asFloat : text);
    else this.#dynamicBoolean(node, type, text === 'true');
  }

  #longText(node: number, text: string): void {
    const value = Number(text);
    if (Number.isSafeInteger(value)) {
      this.#wholeNumber(node, C.LONG, String(value === 0 ? 0 : value), splitSafeInteger(value));
      return;
    }
    const exact = readNumber('long', text, 'number');
    if (typeof exact === 'bigint') this.#long(node, exact);
    else this.conflict(node, `[${text}] is beyond its range`);
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
    if (value === null) this.conflict(node, `[${text}] is no date of its format`);
    else this.#wholeNumber(node, iso ? C.DATE : C.SLASH_DATE, String(value), [value, 0]);
  }

  #wholeNumber(
    node: number,
    termClass: number,
    text: string,
    value: readonly [number, number],
  ): void {
    this.#offers.exists(node);
    this.#offers.number(node, termClass, text, value);
  }

  #boolean(node: number, value: boolean): void {
    this.#offers.exists(node);
    if (this.#wants.of(node) & (1 << C.BOOLEAN))
      this.#offers.text(node, C.BOOLEAN, value ? 'true' : 'false');
  }

  #text(node: number, text: string): void {
    const atoms = this.#atoms;
    const first = atoms.count;
    if (this.#wantsWords(node)) {
      const tokens = analyzeStandard(text);
      const position = this.#offers.position(node);
      for (const token of tokens)
        this.#offers.text(node, C.TEXT, token.text, position + token.position);
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
    const next =
      atoms.count > first ? atoms.positions[atoms.count - 1]! + 1 : this.#offers.position(node);
    this.#offers.exists(node);
    this.#offers.setPosition(node, next + POSITION_GAP);
    if (this.#wants.of(node) & (1 << C.HAS_TEXT)) this.#offers.marker(node, C.HAS_TEXT);
  }

  #keyword(textNode: number, bytes: Uint8Array, from: number, to: number): void {
    const node = this.#tree.keywords[textNode]!;
    const want = this.#wants.of(node);
    if (this.#wants.exists) this.#offers.exists(node);
    if (want & (1 << C.KEYWORD) || want & (1 << C.HAS_KEYWORD)) {
      const atoms = this.#atoms;
      atoms.reserve(2, to - from);
      atoms.addBytes(C.KEYWORD, node, bytes, from, to);
      if (want & (1 << C.HAS_KEYWORD)) this.#offers.marker(node, C.HAS_KEYWORD);
    }
  }
}

function latin(buffer: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(buffer[i]!);
  return text;
}
