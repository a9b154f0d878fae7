import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GeoShape } from '../../../../src/query/geo/geo-shape.ts';
import { ancestors, cover, fineCover } from '../../../../src/subscriptions/matching/geo/cells.ts';
import { intersects, isWithin, planeOf } from '../../../../src/subscriptions/matching/geo/plane.ts';

type Box = Extract<GeoShape, { type: 'box' }>;

// Multiples of the cells' own edges as well.
const lon = fc.oneof(
  fc.integer({ min: -16, max: 15 }).map((n) => n * 11.25),
  range(-180, 178),
);
const lat = fc.oneof(
  fc.integer({ min: -16, max: 15 }).map((n) => n * 5.625),
  range(-90, 89),
);
const size = fc.oneof(fc.constantFrom(0, 5.625, 11.25, 45), range(0, 100));
const point = fc.record({ type: fc.constant('point' as const), lon, lat });
const box = fc.tuple(lon, lat, size, size).map(
  ([left, bottom, width, height]): Box => ({
    type: 'box',
    ...{ left, bottom, right: Math.min(180, left + width), top: Math.min(90, bottom + height) },
  }),
);
const triangle = fc.tuple(lon, lat, size, size, fc.boolean()).map(
  ([x, y, width, height, isUp]): GeoShape => ({
    type: 'polygon',
    rings: [[x, y, x + width, y, x + (isUp ? width : 0), Math.min(90, y + height), x, y]],
  }),
);
const shape: fc.Arbitrary<GeoShape> = fc.oneof(point, box, triangle);

function range(min: number, max: number) {
  return fc.integer({ min: min * 1000, max: max * 1000 }).map((n) => n / 1000);
}

/** The same box with a corner more, which hides what it is. */
function asPolygon({ left, right, top, bottom }: Box): GeoShape {
  const ring = [left, bottom, (left + right) / 2, bottom, right, bottom, right, top];
  return { type: 'polygon', rings: [[...ring, left, top, left, bottom]] };
}

describe('plane', () => {
  it('takes a box for what it is, however it is written', () => {
    fc.assert(
      fc.property(box, shape, (one, other) => {
        const [plain, hidden, third] = [[one], [asPolygon(one)], [other]].map(planeOf);
        expect(intersects(plain!, third!)).toBe(intersects(hidden!, third!));
        expect(intersects(third!, plain!)).toBe(intersects(third!, hidden!));
        expect(isWithin(third!, plain!)).toBe(isWithin(third!, hidden!));
      }),
      { numRuns: 2000 },
    );
  });

  it('goes on at the other side of the date line', () => {
    const over = planeOf([{ type: 'box', left: 170, right: -170, top: 10, bottom: -10 }]);
    const at = (where: number) => planeOf([{ type: 'point', lon: where, lat: 0 }]);
    expect([175, 180, -180, -175].map((where) => intersects(at(where), over))).not.toContain(false);
    expect([169, -169, 0].map((where) => intersects(at(where), over))).not.toContain(true);
  });
});

describe('cells', () => {
  it('are few, and cover whatever meets the geometry', () => {
    fc.assert(
      fc.property(shape, shape, (one, other) => {
        const [first, second] = [planeOf([one]), planeOf([other])];
        const own = cover(first);
        expect(own.length).toBeLessThanOrEqual(8);
        if (!intersects(first, second)) return;
        const cells = fineCover(second);
        const inside = new Set([...cells, ...ancestors(cells)]);
        const around = new Set(ancestors(own));
        const isFound = own.some((cell) => inside.has(cell)) || cells.some((c) => around.has(c));
        expect(isFound).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('of a point is one, unless it lies on an edge', () => {
    expect(cover(planeOf([{ type: 'point', lon: 1.44, lat: 43.6 }]))).toHaveLength(1);
    expect(cover(planeOf([{ type: 'point', lon: 0, lat: 0 }]))).toHaveLength(4);
  });
});
