import type { GeoRelation } from '../../src/query/geo/geo-shape.ts';

type Point = readonly [x: number, y: number];

/** A shape in the plane, far from poles and the date line. Rings are closed. */
export type NaiveShape =
  | { readonly type: 'point'; readonly at: Point }
  | { readonly type: 'line'; readonly points: readonly Point[] }
  | { readonly type: 'polygon'; readonly rings: readonly (readonly Point[])[] };

/**
 * How a shape lies to another, of which no edge or corner touches the other's: by their edges and corners alone, with
 * neither triangles nor cells.
 */
export function naiveShapeMatch(
  document: NaiveShape,
  relation: GeoRelation,
  query: NaiveShape,
): boolean {
  switch (relation) {
    case 'intersects':
      return meet(document, query);
    case 'disjoint':
      return !meet(document, query);
    case 'within':
      return isInside(document, query);
    case 'contains':
      return isInside(query, document);
  }
}

function meet(one: NaiveShape, other: NaiveShape): boolean {
  return (
    edgesCross(one, other) ||
    cornersOf(one).some((at) => holds(other, at)) ||
    cornersOf(other).some((at) => holds(one, at))
  );
}

/** Only what has an inside holds anything, but for a point that is the same. */
function isInside(inner: NaiveShape, outer: NaiveShape): boolean {
  if (edgesCross(inner, outer)) return false;
  if (!cornersOf(inner).every((at) => holds(outer, at))) return false;
  // A hole that lies in it as a whole takes something out of it.
  return !(
    outer.type === 'polygon' &&
    outer.rings
      .slice(1)
      .flat()
      .some((at) => holds(inner, at))
  );
}

function cornersOf(shape: NaiveShape): readonly Point[] {
  if (shape.type === 'point') return [shape.at];
  return shape.type === 'line' ? shape.points : shape.rings.flat();
}

function holds(shape: NaiveShape, [x, y]: Point): boolean {
  if (shape.type === 'line') return false;
  if (shape.type === 'point') return shape.at[0] === x && shape.at[1] === y;
  const inside = shape.rings.map((ring) => isInRing(ring, x, y));
  return inside[0]! && !inside.slice(1).some(Boolean);
}

function isInRing(ring: readonly Point[], x: number, y: number): boolean {
  const crossed = edges(ring).filter(([[x1, y1], [x2, y2]]) => {
    if (y1 > y === y2 > y) return false;
    return x1 + ((y - y1) / (y2 - y1)) * (x2 - x1) > x;
  });
  return crossed.length % 2 === 1;
}

function edges(points: readonly Point[]): (readonly [Point, Point])[] {
  return points.slice(1).map((point, i) => [points[i]!, point] as const);
}

function allEdges(shape: NaiveShape): (readonly [Point, Point])[] {
  if (shape.type === 'point') return [];
  return shape.type === 'line' ? edges(shape.points) : shape.rings.flatMap(edges);
}

function edgesCross(one: NaiveShape, other: NaiveShape): boolean {
  return allEdges(one).some((a) => allEdges(other).some((b) => cross(a, b)));
}

function cross([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean {
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

function side([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): boolean {
  return (bx - ax) * (cy - ay) > (by - ay) * (cx - ax);
}
