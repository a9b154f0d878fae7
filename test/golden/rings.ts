export type Position = readonly [number, number];

/** A closed ring, from the corner given on, against the clock. */
export function square(x: number, y: number, size: number): Position[] {
  return [
    [x, y],
    [x + size, y],
    [x + size, y + size],
    [x, y + size],
    [x, y],
  ];
}

/** GeoJSON; the first ring is the outline, the others are holes. */
export const polygon = (...rings: (readonly Position[])[]) => ({
  type: 'Polygon',
  coordinates: rings,
});
