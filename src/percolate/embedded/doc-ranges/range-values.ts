import type { FieldKind } from '../../../mapping/field-kind.ts';
import {
  type GivenMember,
  type GivenScalar,
  isRangeKind,
  type RangeKind,
  type RangeSpan,
  readBlock,
  readRange,
} from '../../../mapping/range-kinds.ts';
import { parseWritten, WrittenNumber } from '../../../mapping/written-json.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import type { Offers } from '../scan/offers.ts';
import { STRING, type ValueForm, type ValueSink } from '../scan/value-form.ts';
import { spanBytes } from './range-bytes.ts';

/** Gives the values of fields of ranges to queries: objects with bounds, and blocks of addresses. */
export class RangeValues {
  readonly #tree: FieldTree;
  readonly #offers: Offers;
  readonly #sink: ValueSink;

  constructor(tree: FieldTree, offers: Offers, sink: ValueSink) {
    this.#tree = tree;
    this.#offers = offers;
    this.#sink = sink;
  }

  /**
   * An object, or an array of them, of a field.
   * @param json its text
   * @param scalar reads one that stands in the array
   */
  whole(
    node: number,
    kind: RangeKind,
    json: string,
    scalar: (text: string, form: ValueForm) => void,
  ): void {
    const values: unknown[] = [parseWritten(json)];
    while (values.length > 0) {
      const value = values.pop();
      if (Array.isArray(value)) for (const one of value.toReversed()) values.push(one);
      else if (value === null) this.#sink.nothing(node);
      else if (typeof value === 'string') scalar(value, STRING);
      else if (typeof value !== 'object' || value instanceof WrittenNumber) {
        this.#sink.conflict(node, 'a value that is no object');
      } else this.#object(node, kind, value);
    }
  }

  #object(node: number, kind: RangeKind, value: object): void {
    // Sub-fields and copies would be asked to read an object.
    if (kind.fields !== undefined || kind.copyTo !== undefined) {
      this.#sink.conflict(node, 'an object that its sub-fields or copies cannot read');
      return;
    }
    const members = Object.entries(value).map(([name, one]): GivenMember => [name, scalarOf(one)]);
    const span = readRange(kind, members);
    this.#offer(node, kind, span);
    if (span === null) return;
    for (const alias of this.#tree.kinds.aliasesOf(node)) this.#offer(alias, kind, span);
  }

  /** A scalar, of one field alone. */
  one(node: number, kind: FieldKind, text: string, form: ValueForm): void {
    if (!isRangeKind(kind)) return;
    const isBlock = kind.type === 'ip_range' && form === STRING;
    this.#offer(node, kind, isBlock ? readBlock(text) : null);
  }

  #offer(node: number, kind: RangeKind, span: RangeSpan | null): void {
    if (span === null) {
      this.#sink.conflict(node, 'no range of its type');
      return;
    }
    if (kind.index !== false || kind.docValues !== false) this.#offers.exists(node);
    if (kind.index === false) return;
    this.#offers.range(this.#tree.kinds.placeOf(node), spanBytes(span));
  }
}

function scalarOf(value: unknown): GivenScalar | null | undefined {
  if (value === null) return null;
  if (value instanceof WrittenNumber) return { source: 'number', text: value.text };
  if (typeof value === 'boolean') return undefined;
  return typeof value === 'string' ? { source: 'string', text: value } : undefined;
}
