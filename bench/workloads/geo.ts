import { type Counted, drawQueries } from '../presearch/budget.ts';
import { DOCUMENTS, MATCHES, VOCABULARY, type Workload, wordOf } from '../workload.ts';
import { Random, Zipf } from '../zipf.ts';
import { parsed } from './dsl.ts';

const SEED = 23;
const PLACES = 300;
const EARTH_METERS = 6_371_008.7714;
const METERS_A_DEGREE = (EARTH_METERS * Math.PI) / 180;
/** Nearer to an edge than this no document is: coordinates are kept to about a centimetre. */
const MARGIN = 1;

interface Point {
  readonly lat: number;
  readonly lon: number;
}

/** Circles and boxes about places where most documents are, and about others. */
export function makeGeo(count: number): Workload {
  const random = new Random(SEED);
  const zipf = new Zipf(VOCABULARY, random);
  const popular = new Zipf(PLACES, random);
  const places = Array.from({ length: PLACES }, () => ({
    lat: -55 + random.next() * 120,
    lon: -170 + random.next() * 340,
  }));
  const points = Array.from({ length: DOCUMENTS }, () => near(places[popular.next()]!, random));
  const field = new Field(points);
  const draw = (): Counted<object> => {
    const centre = near(
      random.below(2) === 0 ? places[random.below(PLACES)]! : places[popular.next()]!,
      random,
    );
    const meters = Math.ceil(10 ** (2 + random.next() * 3.5));
    return random.below(2) === 0 ? circle(field, centre, meters) : box(field, centre, meters);
  };
  const { queries, matches } = drawQueries(count, MATCHES * DOCUMENTS, random, draw);
  const words = (size: number) => Array.from({ length: size }, () => wordOf(zipf.next())).join(' ');
  const documents = points.map((location) =>
    JSON.stringify({ message: words(40), host: words(1), service: words(1), location }),
  );
  const mapping = { location: { type: 'geo_point' } };
  return { documents, queries: queries.map(parsed), matches, mapping };
}

function circle(field: Field, centre: Point, meters: number): Counted<object> {
  const query = { geo_distance: { distance: `${meters}m`, location: centre } };
  const found = field.count(centre.lat, meters, (point) => meters - distance(centre, point));
  return { query, documents: found };
}

function box(field: Field, centre: Point, meters: number): Counted<object> {
  const high = meters / METERS_A_DEGREE;
  const wide = high / Math.cos((centre.lat * Math.PI) / 180);
  const top = rounded(centre.lat + high);
  const bottom = rounded(centre.lat - high);
  const left = rounded(centre.lon - wide);
  const right = rounded(centre.lon + wide);
  const query = {
    geo_bounding_box: {
      location: { top_left: { lat: top, lon: left }, bottom_right: { lat: bottom, lon: right } },
    },
  };
  const inside = ({ lat, lon }: Point) =>
    Math.min(top - lat, lat - bottom, lon - left, right - lon) * METERS_A_DEGREE;
  return { query, documents: field.count(centre.lat, meters + 1, inside) };
}

/** The documents' points by latitude. */
class Field {
  readonly #points: readonly Point[];

  constructor(points: readonly Point[]) {
    this.#points = points.toSorted((a, b) => a.lat - b.lat);
  }

  /**
   * How many points within so many metres of a latitude are inside; endless where one is too near to the edge.
   * @param inside metres from the edge, below 0 outside
   */
  count(lat: number, meters: number, inside: (point: Point) => number): number {
    const reach = (meters + MARGIN) / METERS_A_DEGREE;
    let low = 0;
    for (let high = this.#points.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.#points[middle]!.lat < lat - reach) low = middle + 1;
      else high = middle;
    }
    let found = 0;
    for (let i = low; i < this.#points.length && this.#points[i]!.lat <= lat + reach; i++) {
      const depth = inside(this.#points[i]!);
      if (Math.abs(depth) < MARGIN) return Number.POSITIVE_INFINITY;
      if (depth > 0) found++;
    }
    return found;
  }
}

/** Most are within some kilometres. */
function near({ lat, lon }: Point, random: Random): Point {
  const spread = () => (random.next() - 0.5) * random.next() ** 3;
  return { lat: rounded(lat + spread()), lon: rounded(lon + spread()) };
}

function rounded(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}

function distance(a: Point, b: Point): number {
  const radians = Math.PI / 180;
  const lat = Math.sin(((a.lat - b.lat) * radians) / 2) ** 2;
  const lon = Math.sin(((a.lon - b.lon) * radians) / 2) ** 2;
  const h = lat + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * lon;
  return 2 * EARTH_METERS * Math.asin(Math.sqrt(h));
}
