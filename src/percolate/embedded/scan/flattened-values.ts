import type { FieldKind } from '../../../mapping/field-kind.ts';
import { SEPARATOR } from '../compile/form-flattened.ts';
import { FORM_TEXT } from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { JsonLeaves, type LeafSink } from './json-leaves.ts';
import type { Offers } from './offers.ts';
import type { ValueSink } from './value-form.ts';

const DEPTH_LIMIT = 20;
/** Lucene's longest term. */
const LONGEST_TERM = 32_766;

/** Reads flattened objects: each scalar in them is a whole text, alone and with its key before it. */
export class FlattenedValues implements LeafSink {
  readonly #tree: FieldTree;
  readonly #offers: Offers;
  readonly #sink: ValueSink;
  readonly #leaves = new JsonLeaves(this);
  #kind: FieldKind = { type: 'flattened' };
  #problem = '';
  readonly #keys: string[] = [];
  readonly #values: string[] = [];

  constructor(tree: FieldTree, offers: Offers, sink: ValueSink) {
    this.#tree = tree;
    this.#offers = offers;
    this.#sink = sink;
  }

  /** @param text JSON of an object, or of an array */
  read(node: number, kind: FieldKind, text: string): void {
    if (kind.index === false && kind.docValues === false) return;
    this.#kind = kind;
    this.#problem = '';
    this.#keys.length = 0;
    this.#values.length = 0;
    const objects = this.#leaves.read(text);
    if (this.#problem !== '') this.#sink.conflict(node, this.#problem);
    else if (objects < 0) this.#sink.conflict(node, 'a value where objects are');
    else if (objects > 0) {
      this.#offer(node);
      for (const alias of this.#tree.kinds.aliasesOf(node)) this.#offer(alias);
    }
  }

  enter(depth: number): boolean {
    const limit = this.#kind.depthLimit ?? DEPTH_LIMIT;
    if (depth + 1 <= limit) return true;
    this.#problem = `it exceeds the maximum depth limit of [${limit}]`;
    return false;
  }

  leaf(key: string, value: string | null): void {
    const { nullValue, ignoreAbove } = this.#kind;
    const text = value ?? (nullValue === undefined ? null : String(JSON.parse(nullValue)));
    if (text === null || text.length > (ignoreAbove ?? Number.POSITIVE_INFINITY)) return;
    if (key.includes(SEPARATOR)) {
      this.#problem = 'keys cannot contain the reserved character \\0';
    } else if (isLong(key, text)) {
      this.#problem = `a key and value of more than ${LONGEST_TERM} bytes`;
    }
    this.#keys.push(key);
    this.#values.push(text);
  }

  #offer(node: number): void {
    const { index, docValues } = this.#kind;
    // Without doc values even an empty object counts.
    if (this.#keys.length > 0 || docValues === false) this.#offers.exists(node);
    if (index === false) return;
    const place = this.#tree.kinds.placeOf(node);
    const [keyed = node, alone = node] = this.#tree.kinds.keyedPlacesOf(node);
    const { wants } = this.#offers;
    const isKeyed = wants.of(keyed) !== 0 || wants.of(alone) !== 0;
    const known = new Set<string>();
    for (const [at, key] of this.#keys.entries()) {
      const value = this.#values[at]!;
      this.#offers.wholeText(place, FORM_TEXT, value);
      if (!isKeyed) continue;
      this.#offers.wholeText(keyed, FORM_TEXT, key + SEPARATOR + value);
      if (known.has(key)) continue;
      known.add(key);
      this.#offers.wholeText(alone, FORM_TEXT, key);
    }
  }
}

function isLong(key: string, value: string): boolean {
  const units = key.length + value.length + 1;
  return units * 3 > LONGEST_TERM && Buffer.byteLength(key + value) + 1 > LONGEST_TERM;
}
