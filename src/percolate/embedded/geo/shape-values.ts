import type { FieldKind } from '../../../mapping/field-kind.ts';
import { type GeoShapeField, geoShapeField, readShapes } from '../../../mapping/geo/read-shapes.ts';
import { ShapeEffort } from '../../../mapping/geo/shape-mesh.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import type { Offers } from '../scan/offers.ts';
import type { ValueSink } from '../scan/value-form.ts';

/** Gives the values of geo_shape fields to queries, from whole JSON values. Multi-fields get nothing. */
export class ShapeValues {
  readonly #tree: FieldTree;
  readonly #offers: Offers;
  readonly #sink: ValueSink;
  readonly #fields = new WeakMap<FieldKind, GeoShapeField>();
  /** Of the document at hand. */
  #effort = new ShapeEffort();
  #isFresh = true;

  constructor(tree: FieldTree, offers: Offers, sink: ValueSink) {
    this.#tree = tree;
    this.#offers = offers;
    this.#sink = sink;
  }

  beginDocument(): void {
    if (!this.#isFresh) this.#effort = new ShapeEffort();
    this.#isFresh = true;
  }

  /** Reads a value of a field, for its aliases too. @param value parsed from JSON */
  read(node: number, kind: FieldKind, value: unknown): void {
    this.#isFresh = false;
    const { found, meshes, conflicts } = readShapes(value, this.#fieldOf(kind), this.#effort);
    for (const conflict of conflicts) this.#sink.conflict(node, conflict);
    if (!found) return;
    for (const each of [node, ...this.#tree.kinds.aliasesOf(node)]) {
      this.#offers.exists(each);
      for (const mesh of meshes) this.#offers.shape(each, mesh);
    }
  }

  #fieldOf(kind: FieldKind): GeoShapeField {
    let field = this.#fields.get(kind);
    if (field === undefined) {
      field = geoShapeField(kind);
      this.#fields.set(kind, field);
    }
    return field;
  }
}
