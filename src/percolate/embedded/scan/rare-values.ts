import { analyzerNamed } from '../../../mapping/analyzers/named.ts';
import type { FieldKind } from '../../../mapping/field-kind.ts';
import { FORM_NUMBER, KEYWORD } from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { HeldValues } from './held-values.ts';
import type { Offers } from './offers.ts';
import { NUMBER, STRING, type ValueForm, type ValueSink } from './value-form.ts';

/** Reads values of types of which little can be asked: counts of words, relations, and what has a value at most. */
export class RareValues {
  readonly #tree: FieldTree;
  readonly #offers: Offers;
  readonly #sink: ValueSink;
  readonly #held: HeldValues;

  constructor(tree: FieldTree, offers: Offers, sink: ValueSink) {
    this.#tree = tree;
    this.#offers = offers;
    this.#sink = sink;
    this.#held = new HeldValues(tree, offers, sink);
  }

  beginDocument(): void {
    this.#held.beginDocument();
  }

  /** @param isNull the text is the kind's null value */
  one(node: number, kind: FieldKind, text: string, form: ValueForm, isNull = false): void {
    if (kind.holds !== undefined) this.#held.scalar(node, kind, text, form);
    else if (kind.type === 'unsearched') this.#offers.exists(node);
    else if (kind.type === 'token_count') this.#count(node, kind, text, form === NUMBER && isNull);
    else this.#relation(node, kind, form === STRING ? text : '');
  }

  /** Whether objects are values of the kind. */
  takesObjects({ type, takesObjects }: FieldKind): boolean {
    return type === 'join' || (type === 'unsearched' && takesObjects === true);
  }

  /** An object, or an array of such values. */
  json(node: number, kind: FieldKind, json: string): void {
    if (kind.holds !== undefined) {
      this.#held.json(node, kind, json);
      return;
    }
    const value: unknown = JSON.parse(json);
    for (const each of [value].flat(Number.POSITIVE_INFINITY)) {
      if (each === null) continue;
      if (kind.type === 'unsearched') this.#offers.exists(node);
      else this.#relation(node, kind, nameOf(each));
    }
  }

  nothing(node: number, kind: FieldKind): void {
    if (kind.holds !== undefined) this.#held.nothing(node, kind);
  }

  #count(node: number, kind: FieldKind, text: string, isCount: boolean): void {
    if (kind.index !== false || kind.docValues !== false) this.#offers.exists(node);
    if (kind.index === false) return;
    const count = isCount ? Number(text) : wordsIn(kind, text);
    const place = this.#tree.kinds.placeOf(node);
    this.#offers.number(place, FORM_NUMBER, String(count), [0, count]);
  }

  #relation(node: number, { relations = [] }: FieldKind, name: string): void {
    if (!relations.includes(name)) {
      this.#sink.conflict(node, `unknown join name [${name}]`);
      return;
    }
    this.#offers.exists(node);
    this.#offers.wholeText(node, KEYWORD, name);
  }
}

/** Words that are left out count, unless the mapping says otherwise; several in one place never do. */
function wordsIn({ analyzer, countsGaps }: FieldKind, text: string): number {
  const read = analyzerNamed(analyzer ?? 'standard') ?? analyzerNamed('standard')!;
  if (countsGaps !== false) return read.span(text);
  return new Set(read.analyze(text).map(({ position }) => position)).size;
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const name: unknown =
    typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return typeof name === 'string' ? name : '';
}
