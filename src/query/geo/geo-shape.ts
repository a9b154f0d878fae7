/** How a document's points and a shape have to lie. */
export type GeoRelation = 'intersects' | 'within' | 'disjoint' | 'contains';

/**
 * A part of a shape in degrees. A box whose left is greater than its right crosses the date line; a
 * polygon that does has longitudes beyond 180 (or -180). Lists of coordinates are longitude, latitude,
 * longitude, …
 */
export type GeoShape =
  | {
      readonly type: 'box';
      readonly top: number;
      readonly left: number;
      readonly bottom: number;
      readonly right: number;
    }
  | { readonly type: 'circle'; readonly lat: number; readonly lon: number; readonly meters: number }
  | { readonly type: 'point'; readonly lat: number; readonly lon: number }
  | { readonly type: 'line'; readonly points: readonly number[] }
  | {
      readonly type: 'polygon';
      /** The outline against the clock's direction, then the holes; the last point of a ring is its first. */
      readonly rings: readonly (readonly number[])[];
      /** The outline of a geo_polygon, which lies in the plane whatever it does: its edges may cross each other. */
      readonly isPlane?: true;
    };

/** The points of a geo field lie so to a shape, which is all of these together. */
export interface GeoLeaf {
  readonly kind: 'geo';
  readonly field: string;
  readonly relation: GeoRelation;
  readonly shapes: readonly GeoShape[];
}

/** Sorted and without duplicates, so that equal shapes have equal texts. */
export function sortedShapes(shapes: readonly GeoShape[]): GeoShape[] {
  const byText = new Map(shapes.map((shape) => [JSON.stringify(shapeMembers(shape)), shape]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, shape]) => shape);
}

/** What a shape's canonical text is made of. */
export function shapeMembers(shape: GeoShape): readonly unknown[] {
  switch (shape.type) {
    case 'box':
      return [shape.type, shape.top, shape.left, shape.bottom, shape.right];
    case 'circle':
      return [shape.type, shape.lat, shape.lon, shape.meters];
    case 'point':
      return [shape.type, shape.lat, shape.lon];
    case 'line':
      return [shape.type, shape.points];
    case 'polygon':
      return [shape.isPlane ? 'plane' : shape.type, shape.rings];
  }
}
