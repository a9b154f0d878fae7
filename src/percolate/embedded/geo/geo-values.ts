import type { FieldKind } from '../../../mapping/field-kind.ts';
import { encodeLatitude, encodeLongitude } from '../../../mapping/geo/geo-encoding.ts';
import type { GeoPoint } from '../../../mapping/geo/geo-point.ts';
import { geohashOf } from '../../../mapping/geo/geohash.ts';
import { type GeoPointField, geoPointField, readPoints } from '../../../mapping/geo/read-points.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import type { Offers } from '../scan/offers.ts';
import type { ValueSink } from '../scan/value-form.ts';

/** Gives the values of geo_point fields to queries, from whole JSON values: they may be objects and arrays. */
export class GeoValues {
  readonly #tree: FieldTree;
  readonly #offers: Offers;
  readonly #sink: ValueSink;
  readonly #fields = new WeakMap<FieldKind, GeoPointField>();

  constructor(tree: FieldTree, offers: Offers, sink: ValueSink) {
    this.#tree = tree;
    this.#offers = offers;
    this.#sink = sink;
  }

  /**
   * Reads a value of a field, for its aliases too. Multi-fields get its geohash.
   * @param value parsed from JSON
   * @param text reads a text for a multi-field
   */
  read(
    node: number,
    kind: FieldKind,
    value: unknown,
    text: (node: number, text: string) => void,
  ): void {
    const { points, conflicts } = readPoints(value, this.#fieldOf(kind));
    if (conflicts > 0) this.#sink.conflict(node, `${conflicts} values that are no points`);
    const { kinds } = this.#tree;
    for (const point of points) {
      this.#offer(node, kind, point);
      for (const alias of kinds.aliasesOf(node)) this.#offer(alias, kind, point);
      for (const field of kinds.fieldsOf(node)) text(field, geohashOf(point));
    }
  }

  #offer(node: number, kind: FieldKind, { lat, lon }: GeoPoint): void {
    if (kind.index !== false || kind.docValues !== false) this.#offers.exists(node);
    if (kind.index !== false) this.#offers.point(node, encodeLatitude(lat), encodeLongitude(lon));
  }

  #fieldOf(kind: FieldKind): GeoPointField {
    let field = this.#fields.get(kind);
    if (field === undefined) {
      field = geoPointField(kind);
      this.#fields.set(kind, field);
    }
    return field;
  }
}
