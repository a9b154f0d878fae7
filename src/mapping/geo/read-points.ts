import { coercePoint, type GeoPoint, isOnEarth, type PointOptions, pointOf } from './geo-point.ts';

/** How a mapping has a geo_point read. */
export interface GeoPointField extends Pick<PointOptions, 'ignoreZ'> {
  /** What cannot be read is left out without complaint, and what is beyond the earth's edge is brought back. */
  readonly ignoreMalformed: boolean;
  /** What an explicit `null` stands for. */
  readonly nullValue: GeoPoint | null;
}

export interface PointsRead {
  readonly points: readonly GeoPoint[];
  /** Values that contradict the type, of a field that does not ignore them. */
  readonly conflicts: number;
}

/**
 * The points of one value of a geo_point field, parsed from JSON. An array that begins with a number
 * is `[lon, lat]`, any other one holds points.
 */
export function readPoints(value: unknown, field: GeoPointField): PointsRead {
  if (value === null)
    return { points: field.nullValue === null ? [] : [field.nullValue], conflicts: 0 };
  const values =
    Array.isArray(value) && typeof value[0] !== 'number' ? (value as unknown[]) : [value];
  const points: GeoPoint[] = [];
  let conflicts = 0;
  for (const one of values) {
    const point = readPoint(one, field);
    if (point !== null) points.push(point);
    else if (!field.ignoreMalformed) conflicts++;
  }
  return { points, conflicts };
}

function readPoint(value: unknown, { ignoreZ, ignoreMalformed }: GeoPointField): GeoPoint | null {
  const point = pointOf(value, { ignoreZ });
  if (point === null || isOnEarth(point)) return point;
  return ignoreMalformed ? coercePoint(point) : null;
}

/** What a mapping says of a geo_point, as its reader takes it. */
export function geoPointField({
  nullValue,
  ignoreMalformed = false,
  ignoreZValue = true,
}: {
  /** JSON text. */
  readonly nullValue?: string;
  readonly ignoreMalformed?: boolean;
  readonly ignoreZValue?: boolean;
}): GeoPointField {
  const point =
    nullValue === undefined ? null : pointOf(JSON.parse(nullValue), { ignoreZ: ignoreZValue });
  return {
    ignoreZ: ignoreZValue,
    ignoreMalformed,
    nullValue: point !== null && !isOnEarth(point) ? coercePoint(point) : point,
  };
}
