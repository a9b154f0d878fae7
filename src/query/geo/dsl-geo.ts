import { coercePoint } from '../../mapping/geo/geo-point.ts';
import { readWkt } from '../../mapping/geo/wkt.ts';
import type { Clause } from '../dsl/dsl-clause.ts';
import { choiceAt, objectAt, syntax, textAt } from '../dsl/dsl-reader.ts';
import { checkField } from '../fields.ts';
import {
  COMMON,
  ignored,
  ignoredFlag,
  type ParameterTable,
  readParameters,
  refused,
  used,
} from '../parameters.ts';
import { metersAt, unitAt } from './distance.ts';
import { type GeoLeaf, type GeoRelation, type GeoShape, sortedShapes } from './geo-shape.ts';
import { degreesAt, pointAt, type Validation, validationAt, validPoint } from './points.ts';
import { closedRing, shapesAt } from './shapes.ts';

function leaf(field: string, relation: GeoRelation, shapes: readonly GeoShape[]): GeoLeaf {
  return { kind: 'geo', field, relation, shapes: sortedShapes(shapes) };
}

/** The parameters of a clause beside its one field: `{"geo_distance": {"distance": …, "field": …}}`. */
function besideField<T extends ParameterTable>(body: unknown, path: string, table: T) {
  const fields: [string, unknown][] = [];
  const others: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(objectAt(body, path))) {
    if (Object.hasOwn(table, key)) others[key] = value;
    else fields.push([key, value]);
  }
  const [first, second] = fields;
  if (first === undefined) throw syntax(path, 'expected the name of a field');
  if (second !== undefined)
    throw syntax(path, `expected one field, but found [${first[0]}] and [${second[0]}]`);
  checkField(first[0], { clause: `${path}.${first[0]}` });
  return { field: first[0], value: first[1], values: readParameters(others, path, table) };
}

const UNMAPPED = { ignore_unmapped: ignoredFlag };
const VALIDATION = {
  validation_method: used(validationAt, '`STRICT`, `COERCE` or `IGNORE_MALFORMED`'),
};

const BOX = {
  ...VALIDATION,
  type: ignored((value, path) => choiceAt(value, path, ['memory', 'indexed'])),
  ...UNMAPPED,
  ...COMMON,
};

const boundingBox: Clause = {
  parameters: BOX,
  note: 'corners in every spelling, single edges, or `wkt`',
  read(body, path) {
    const { field, value, values } = besideField(body, path, BOX);
    const at = `${path}.${field}`;
    return leaf(field, 'intersects', [
      boxShape(cornersAt(value, at), at, values.validation_method ?? 'strict'),
    ]);
  },
};

interface Edges {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

const EDGES = ['top', 'left', 'bottom', 'right'] as const;
const CORNERS = ['top_left', 'top_right', 'bottom_left', 'bottom_right'] as const;

function cornersAt(value: unknown, path: string): Edges {
  const edges: Partial<Edges> = {};
  for (const [key, given] of Object.entries(objectAt(value, path))) {
    const at = `${path}.${key}`;
    const edge = EDGES.find((name) => name === key);
    const corner = CORNERS.find((name) => name === key);
    if (edge !== undefined) edges[edge] = degreesAt(given, at);
    else if (corner !== undefined) {
      const { lat, lon } = pointAt(given, at, corner);
      edges[corner.startsWith('top') ? 'top' : 'bottom'] = lat;
      edges[corner.endsWith('left') ? 'left' : 'right'] = lon;
    } else if (key === 'wkt') Object.assign(edges, wktEdges(textAt(given, at), at));
    else throw syntax(at, `expected one of ${[...CORNERS, ...EDGES, 'wkt'].join(', ')}`);
  }
  const missing = EDGES.find((edge) => edges[edge] === undefined);
  if (missing !== undefined) throw syntax(path, `the ${missing} of the box is missing`);
  return edges as Edges;
}

function wktEdges(text: string, path: string): Edges {
  const box = readWkt(text, { ignoreZ: true });
  if (box?.type !== 'envelope') throw syntax(path, 'expected BBOX (left, right, top, bottom)');
  const [[left, top], [right, bottom]] = box.corners;
  return { top, left, bottom, right };
}

function boxShape(edges: Edges, path: string, validation: Validation): GeoShape {
  const { top, left, bottom, right } = edges;
  if (top === bottom) throw syntax(path, `top and bottom are both ${top}`);
  if (top < bottom) throw syntax(path, `the top ${top} is below the bottom ${bottom}`);
  if (left === right) throw syntax(path, `left and right are both ${left}`);
  if (validation !== 'coerce') {
    validPoint({ lat: top, lon: left }, path, validation);
    validPoint({ lat: bottom, lon: right }, path, validation);
    return { type: 'box', ...edges };
  }
  const wholeTurn = right > left && (right - left) % 360 === 0;
  const first = coercePoint({ lat: top, lon: left }, !wholeTurn);
  const second = coercePoint({ lat: bottom, lon: right }, !wholeTurn);
  // Brought back over a pole, the corners may have changed places; then nothing is in between.
  return {
    type: 'box',
    top: first.lat,
    left: wholeTurn ? -180 : first.lon,
    bottom: second.lat,
    right: wholeTurn ? 180 : second.lon,
  };
}

const DISTANCE = {
  distance: used((value: unknown) => value),
  unit: used(unitAt),
  distance_type: ignored(
    (value, path) => choiceAt(value, path, ['arc', 'plane']),
    'Elasticsearch measures arcs either way',
  ),
  ...VALIDATION,
  ...UNMAPPED,
  ...COMMON,
};

const distance: Clause = {
  parameters: DISTANCE,
  read(body, path) {
    const { field, value, values } = besideField(withPoint(body, path), path, DISTANCE);
    if (values.distance === undefined || values.distance === null)
      throw syntax(path, 'expected a [distance]');
    const meters = metersAt(values.distance, `${path}.distance`, values.unit);
    if (!(meters > 0)) throw syntax(`${path}.distance`, 'expected a distance above 0');
    const at = `${path}.${field}`;
    const { lat, lon } = validPoint(pointAt(value, at), at, values.validation_method ?? 'strict');
    return leaf(field, 'intersects', [{ type: 'circle', lat, lon, meters }]);
  },
};

/** `{"field.lat": 1, "field.lon": 2}` is a spelling of the point. */
function withPoint(body: unknown, path: string): Record<string, unknown> {
  const given = objectAt(body, path);
  const name = Object.keys(given)
    .find((key) => key.endsWith('.lat'))
    ?.slice(0, -4);
  if (name === undefined || !Object.hasOwn(given, `${name}.lon`)) return given;
  const { [`${name}.lat`]: lat, [`${name}.lon`]: lon, ...others } = given;
  return { ...others, [name]: { lat, lon } };
}

const SHAPE_BODY = {
  shape: used(
    (value: unknown) => value,
    'GeoJSON, with `envelope` and `circle`, or well-known text',
  ),
  relation: used(
    (value: unknown, path: string): GeoRelation =>
      choiceAt(value, path, ['intersects', 'disjoint', 'within', 'contains']),
  ),
  indexed_shape: refused('give the shape itself: it would be read from another index'),
  strategy: ignored((value, path) => choiceAt(value, path, ['recursive', 'term'])),
};
const SHAPE = { ...UNMAPPED, ...COMMON };

const shape: Clause = {
  parameters: { ...SHAPE_BODY, ...SHAPE },
  note: 'on geo_point and geo_shape fields; `within` a line is refused, as in Elasticsearch',
  read(body, path) {
    const { field, value } = besideField(body, path, SHAPE);
    const at = `${path}.${field}`;
    const given = readParameters(value, at, SHAPE_BODY);
    if (given.shape === undefined || given.shape === null) throw syntax(at, 'expected a [shape]');
    const shapes = shapesAt(given.shape, `${at}.shape`);
    const relation = given.relation ?? 'intersects';
    if (shapes.length === 0) return { kind: 'none' };
    if (relation === 'within' && shapes.some(({ type }) => type === 'line'))
      throw syntax(`${at}.shape`, 'no point can be asked to be [within] a line');
    return leaf(field, relation, shapes);
  },
};

const POLYGON_BODY = { points: used((value: unknown) => value) };
const POLYGON = { ...VALIDATION, ...UNMAPPED, ...COMMON };

const polygon: Clause = {
  parameters: { ...POLYGON_BODY, ...POLYGON },
  note: 'on geo_point fields; deprecated: use geo_shape, which crosses the date line',
  read(body, path) {
    const { field, value, values } = besideField(body, path, POLYGON);
    const at = `${path}.${field}`;
    const { points } = readParameters(value, at, POLYGON_BODY);
    if (!Array.isArray(points)) throw syntax(at, 'expected an array of [points]');
    const validation = values.validation_method ?? 'strict';
    const ring = points.map((one: unknown, i) => {
      const place = `${at}.points[${i}]`;
      const { lat, lon } = validPoint(pointAt(one, place), place, validation);
      return [lon, lat] as const;
    });
    return leaf(field, 'intersects', [
      { type: 'polygon', rings: [closedRing(ring, at).flat()], isPlane: true },
    ]);
  },
};

/** Clauses on geo_point and geo_shape fields. */
export const GEO_CLAUSES: Readonly<Record<string, Clause>> = {
  geo_bounding_box: boundingBox,
  geo_distance: distance,
  geo_shape: shape,
  geo_polygon: polygon,
};
