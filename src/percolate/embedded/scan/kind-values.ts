import { EstromError } from '../../../errors.ts';
import type { Analyzer } from '../../../mapping/analyzers/analyzer.ts';
import { analyzerNamed } from '../../../mapping/analyzers/named.ts';
import type { FieldKind } from '../../../mapping/field-kind.ts';
import { POSITION_GAP } from '../../../mapping/field-type.ts';
import { parseAddress } from '../../../mapping/ip.ts';
import { wholeNumber } from '../../../mapping/java-numbers.ts';
import { kindText } from '../../../mapping/kind-table.ts';
import { isWholeKind, type NumberKind } from '../../../mapping/number-kinds.ts';
import { isRangeKind } from '../../../mapping/range-kinds.ts';
import { lowerCase, type Token } from '../../../mapping/standard-analyzer.ts';
import { addressText } from '../compile/form-addresses.ts';
import { numberText, splitNumber } from '../compile/numbers.ts';
import * as C from '../compile/term-class.ts';
import { RangeValues } from '../doc-ranges/range-values.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { GeoValues } from '../geo/geo-values.ts';
import { ShapeValues } from '../geo/shape-values.ts';
import { FlattenedValues } from './flattened-values.ts';
import { type NumberFieldKind, readBoolean, readDate, readNumber } from './kind-scalars.ts';
import type { Offers } from './offers.ts';
import { RareValues } from './rare-values.ts';
import { BOOLEAN_VALUE, NUMBER, STRING, type ValueForm, type ValueSink } from './value-form.ts';

/** Terms of a document beyond which no chain is asked for more. */
const MOST_TERMS = 4_000_000;
const TOO_MANY_TERMS = `more than ${MOST_TERMS} terms in a document`;

/** Lucene's longest term. */
const LONGEST_TERM = 32_766;

const NUMBER_CLASSES: Readonly<Record<NumberFieldKind['type'], number>> = {
  long: C.LONG,
  integer: C.FORM_NUMBER,
  short: C.FORM_NUMBER,
  byte: C.FORM_NUMBER,
  unsigned_long: C.FORM_NUMBER,
  double: C.DOUBLE,
  float: C.FLOAT,
  half_float: C.FORM_NUMBER,
  scaled_float: C.FORM_NUMBER,
};

const isFloat = ({ type }: FieldKind): boolean => type === 'float' || type === 'half_float';

/** Gives values their meaning where an explicit mapping, or a dynamic template, says what they are. */
export class KindValues {
  readonly #tree: FieldTree;
  readonly #offers: Offers;
  readonly #sink: ValueSink;
  readonly #points: GeoValues;
  readonly #shapes: ShapeValues;
  readonly #ranges: RangeValues;
  readonly #flattened: FlattenedValues;
  readonly #rare: RareValues;

  constructor(tree: FieldTree, offers: Offers, sink: ValueSink) {
    this.#tree = tree;
    this.#offers = offers;
    this.#sink = sink;
    this.#points = new GeoValues(tree, offers, sink);
    this.#shapes = new ShapeValues(tree, offers, sink);
    this.#ranges = new RangeValues(tree, offers, sink);
    this.#flattened = new FlattenedValues(tree, offers, sink);
    this.#rare = new RareValues(tree, offers, sink);
  }

  beginDocument(): void {
    this.#shapes.beginDocument();
    this.#rare.beginDocument();
  }

  /** A scalar; a number as it is written. */
  read(node: number, text: string, form: ValueForm): void {
    const kind = this.#kind(node);
    // Once Elasticsearch has read a number as a whole one, floats are made from that.
    const isCut = form === NUMBER && isWholeKind(kind.type as NumberKind);
    const asFloat = isCut ? String(wholeNumber(text) ?? text) : text;
    this.readCopy(node, text, form, asFloat);
    for (const path of kind.copyTo ?? []) {
      const target = this.#tree.nodeFor(node, path);
      if (target >= 0) this.#sink.copied(target, text, form, asFloat);
    }
  }

  /** The same for what came from elsewhere: copies are not copied again. */
  readCopy(node: number, text: string, form: ValueForm, asFloat: string): void {
    const { kinds } = this.#tree;
    const kind = this.#kind(node);
    if (kind.type === 'geo_point') {
      this.whole(node, form === STRING ? text : false);
      return;
    }
    if (kind.type === 'geo_shape') {
      this.#shapes.read(node, kind, form === STRING ? text : false);
      return;
    }
    if (kind.type === 'constant_keyword' && kind.value === undefined) {
      this.#tree.become(node, kindText({ ...kind, value: text }));
      return;
    }
    this.#one(node, kind, isFloat(kind) ? asFloat : text, form);
    for (const field of kinds.fieldsOf(node)) {
      const own = this.#kind(field);
      this.#one(field, own, isFloat(own) ? asFloat : text, form);
    }
    for (const alias of kinds.aliasesOf(node)) this.#one(alias, kind, text, form);
  }

  /** Whether objects and arrays are values of a type, to be read as they are. */
  takesWhole(node: number): boolean {
    const kind = this.#kind(node);
    const { type } = kind;
    if (type === 'geo_point' || type === 'geo_shape') return true;
    return type === 'flattened' || isRangeKind(kind) || this.#rare.takesObjects(kind);
  }

  /** A value of such a type. */
  json(node: number, text: string): void {
    const kind = this.#kind(node);
    if (kind.type === 'flattened') this.#flattened.read(node, kind, text);
    else if (this.#rare.takesObjects(kind)) {
      for (const each of [node, ...this.#tree.kinds.aliasesOf(node)]) {
        this.#rare.json(each, kind, text);
      }
    } else if (kind.type === 'geo_shape') this.#shapes.read(node, kind, JSON.parse(text));
    else if (isRangeKind(kind)) {
      this.#ranges.whole(node, kind, text, (scalar, form) => this.read(node, scalar, form));
    } else this.whole(node, JSON.parse(text));
  }

  /** The same, parsed. */
  whole(node: number, value: unknown): void {
    this.#points.read(node, this.#kind(node), value, (field, text) =>
      this.#one(field, this.#kind(field), text, STRING),
    );
  }

  nothing(node: number): void {
    const { kinds } = this.#tree;
    const kind = this.#kind(node);
    if (kind.type === 'constant_keyword')
      this.#sink.conflict(node, "it doesn't accept [null] values");
    else if (kind.type === 'geo_point') this.whole(node, null);
    else if (kind.type === 'unsearched') this.#rare.nothing(node, kind);
    else this.#nullValue(node, kind);
    for (const field of kinds.fieldsOf(node)) this.#nullValue(field, this.#kind(field));
    for (const alias of kinds.aliasesOf(node)) this.#nullValue(alias, kind);
    for (const path of kind.copyTo ?? []) {
      const target = this.#tree.nodeFor(node, path);
      if (target >= 0) this.#sink.nothing(target);
    }
  }

  /** The value of a constant, for a document of its index. */
  constant(node: number): void {
    const { kinds } = this.#tree;
    const { value } = this.#kind(node);
    if (value === undefined) return;
    for (const each of [node, ...kinds.aliasesOf(node)]) {
      this.#offers.exists(each);
      this.#offers.wholeText(kinds.placeOf(each), C.FORM_TEXT, value);
    }
  }

  #kind(node: number): FieldKind {
    return this.#tree.kinds.kindOf(node)!;
  }

  #nullValue(node: number, kind: FieldKind): void {
    // Of a flattened object it is what nulls in it stand for.
    if (kind.nullValue === undefined || kind.type === 'flattened') return;
    const value: unknown = JSON.parse(kind.nullValue);
    if (typeof value === 'string') this.#one(node, kind, value, STRING);
    else if (kind.type === 'token_count') this.#rare.one(node, kind, kind.nullValue, NUMBER, true);
    else if (typeof value === 'number') this.#one(node, kind, kind.nullValue, NUMBER);
    else if (typeof value === 'boolean') this.#one(node, kind, String(value), BOOLEAN_VALUE);
  }

  #one(node: number, kind: FieldKind, text: string, form: ValueForm): void {
    switch (kind.type) {
      case 'text':
        this.#text(node, kind, text);
        return;
      case 'keyword':
      case 'wildcard':
        this.#keyword(node, kind, text);
        return;
      case 'long':
      case 'integer':
      case 'short':
      case 'byte':
      case 'unsigned_long':
      case 'double':
      case 'float':
      case 'half_float':
      case 'scaled_float':
        this.#number(node, kind as NumberFieldKind, text, form);
        return;
      case 'date':
      case 'date_nanos':
        this.#date(node, kind, text, form);
        return;
      case 'ip':
        this.#address(node, kind, text, form);
        return;
      case 'boolean':
        this.#boolean(node, kind, text, form);
        return;
      case 'geo_point':
        this.#points.read(node, kind, text, () => {});
        return;
      case 'integer_range':
      case 'long_range':
      case 'float_range':
      case 'double_range':
      case 'date_range':
      case 'ip_range':
        this.#ranges.one(node, kind, text, form);
        return;
      case 'token_count':
      case 'join':
      case 'unsearched':
        this.#rare.one(node, kind, text, form);
        return;
      case 'constant_keyword':
        if (text !== kind.value) this.#sink.conflict(node, otherConstant(kind, text));
        return;
      case 'object':
      case 'nested':
        if (kind.enabled !== false) this.#sink.conflict(node, `[${text}] where objects are`);
        return;
      default:
        this.#sink.conflict(node, `[${text}]`);
    }
  }

  #text(node: number, kind: FieldKind, text: string): void {
    if (kind.index === false) return;
    const offers = this.#offers;
    const place = this.#tree.kinds.placeOf(node);
    const termClass = place === node ? C.TEXT : C.FORM_TEXT;
    offers.exists(node);
    const want = offers.wants.of(place);
    if ((want & ((1 << termClass) | (1 << C.HAS_TEXT))) === 0) return;
    const analyzer = analyzerNamed(kind.analyzer ?? 'standard') ?? analyzerNamed('standard')!;
    const found = this.#analyzed(node, analyzer, text);
    if (found === null) return;
    const position = offers.position(node);
    for (const token of found.tokens)
      offers.text(place, termClass, token.text, position + token.position);
    const gap = kind.positionIncrementGap ?? POSITION_GAP;
    offers.setPosition(node, position + found.span + gap);
    if (want & (1 << C.HAS_TEXT)) offers.text(place, C.HAS_TEXT, '');
  }

  /** Null where the tokens contradict what Elasticsearch, or this engine, takes. */
  #analyzed(
    node: number,
    analyzer: Analyzer,
    text: string,
  ): { readonly tokens: readonly Token[]; readonly span: number } | null {
    if (analyzer.whole === undefined) {
      return { tokens: analyzer.analyze(text), span: analyzer.span(text) };
    }
    try {
      if (this.#offers.terms > MOST_TERMS) throw new EstromError('BAD_DOCUMENT', TOO_MANY_TERMS);
      return analyzer.whole(text);
    } catch (error) {
      if (!(error instanceof EstromError)) throw error;
      this.#sink.conflict(node, error.message);
      return null;
    }
  }

  /** The one token that a normalizer makes; null where it makes none or several. */
  #normalized(node: number, normalizer: string | undefined, text: string): string | null {
    if (normalizer === undefined || normalizer === 'lowercase') return lowerCase(text);
    const analyzer = analyzerNamed(normalizer);
    const tokens = analyzer && this.#analyzed(node, analyzer, text)?.tokens;
    if (tokens?.length === 1) return tokens[0]!.text;
    if (tokens)
      this.#sink.conflict(node, `a value of which a normalizer makes ${tokens.length} tokens`);
    return null;
  }

  #keyword(node: number, kind: FieldKind, text: string): void {
    if (text.length > (kind.ignoreAbove ?? Number.POSITIVE_INFINITY)) return;
    if (kind.type === 'keyword' && text.length * 3 > LONGEST_TERM) {
      if (Buffer.byteLength(text) > LONGEST_TERM) {
        this.#sink.conflict(node, `a value of more than ${LONGEST_TERM} bytes`);
        return;
      }
    }
    if (!this.#has(node, kind)) return;
    const place = this.#tree.kinds.placeOf(node);
    if (place === node) this.#offers.wholeText(node, C.KEYWORD, text);
    else {
      const normal = this.#normalized(node, kind.normalizer, text);
      if (normal !== null) this.#offers.wholeText(place, C.FORM_TEXT, normal);
    }
  }

  /** Marks that the field has a value; whether that can be searched for. */
  #has(node: number, kind: FieldKind): boolean {
    const isSearched = kind.index !== false;
    if (isSearched || kind.docValues !== false) this.#offers.exists(node);
    return isSearched;
  }

  /** A value that the type cannot hold. */
  #malformed(node: number, kind: FieldKind, text: string): void {
    if (kind.ignoreMalformed !== true) this.#sink.conflict(node, `[${text}]`);
  }

  #number(node: number, kind: NumberFieldKind, text: string, form: ValueForm): void {
    const value = readNumber(kind, text, form);
    if (value === undefined) this.#nullValue(node, kind);
    else if (value === null) this.#malformed(node, kind, text);
    else if (this.#has(node, kind)) {
      const place = this.#tree.kinds.placeOf(node);
      const termClass = NUMBER_CLASSES[kind.type];
      this.#offers.number(place, termClass, numberText(value), splitNumber(value));
    }
  }

  #date(node: number, kind: FieldKind, text: string, form: ValueForm): void {
    const value = form === BOOLEAN_VALUE ? null : readDate(kind, text);
    if (value === null) this.#malformed(node, kind, text);
    else if (this.#has(node, kind)) {
      const place = this.#tree.kinds.placeOf(node);
      const termClass = place === node ? C.DATE : C.FORM_NUMBER;
      this.#offers.number(place, termClass, String(value[0]), value);
    }
  }

  #address(node: number, kind: FieldKind, text: string, form: ValueForm): void {
    const address = form === STRING ? parseAddress(text) : null;
    if (address === null) this.#malformed(node, kind, text);
    else if (this.#has(node, kind)) this.#offers.wholeText(node, C.IP, addressText(address));
  }

  #boolean(node: number, kind: FieldKind, text: string, form: ValueForm): void {
    const value = readBoolean(text, form);
    if (value === null) this.#malformed(node, kind, text);
    else if (this.#has(node, kind) && this.#offers.wants.of(node) & (1 << C.BOOLEAN))
      this.#offers.text(node, C.BOOLEAN, value ? 'true' : 'false');
  }
}

function otherConstant({ value }: FieldKind, text: string): string {
  return `it only accepts values that are equal to the value defined in the mappings [${value}], but got [${text}]`;
}
