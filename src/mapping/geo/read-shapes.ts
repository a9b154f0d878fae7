import { readShapeJson } from './shape-json.ts';
import { ShapeEffort, TooManyPoints } from './shape-mesh.ts';
import {
  MalformedShape,
  type ShapePart,
  type ShapePartOptions,
  shapeParts,
  UnsupportedShape,
} from './shape-parts.ts';
import { type Meshes, meshOf } from './shape-triangles.ts';
import { readWkt } from './wkt.ts';

/** How a mapping has a geo_shape read. */
export interface GeoShapeField extends ShapePartOptions {
  readonly ignoreZ: boolean;
  /** What cannot be read is left out without complaint. */
  readonly ignoreMalformed: boolean;
}

export interface ShapesRead {
  /** Whether there is a shape, be it empty. */
  readonly found: boolean;
  /** Triangles of all values, see shape-triangles.ts. */
  readonly meshes: Meshes;
  /** Values that contradict the type, of a field that does not ignore them. */
  readonly conflicts: readonly string[];
}

/** The shapes of one value of a geo_shape field, parsed from JSON: a shape, or arrays of them. */
export function readShapes(
  value: unknown,
  field: GeoShapeField,
  effort = new ShapeEffort(),
): ShapesRead {
  const meshes: Int32Array[] = [];
  const conflicts: string[] = [];
  let found = false;
  const visit = (one: unknown): void => {
    if (one === null) return;
    if (Array.isArray(one)) {
      for (const inner of one) visit(inner);
      return;
    }
    try {
      const parts = partsOf(one, field, effort);
      for (const part of parts) meshes.push(meshOf(part, effort));
      found = true;
    } catch (error) {
      if (error instanceof UnsupportedShape) conflicts.push(error.message);
      else if (error instanceof TooManyPoints) conflicts.push(error.message);
      else if (!(error instanceof MalformedShape)) throw error;
      else if (!field.ignoreMalformed) conflicts.push(error.message);
    }
  };
  visit(value);
  return { found, meshes, conflicts };
}

function partsOf(value: unknown, field: GeoShapeField, effort: ShapeEffort): ShapePart[] {
  const geometry =
    typeof value === 'string'
      ? readWkt(value, { ignoreZ: field.ignoreZ })
      : readShapeJson(value, field);
  if (geometry === null) throw new MalformedShape('no shape in GeoJSON or well-known text');
  return shapeParts(geometry, field, effort);
}

/** What a mapping says of a geo_shape, as its reader takes it. */
export function geoShapeField({
  orientation = 'right',
  ignoreMalformed = false,
  ignoreZValue = true,
  coerce = false,
}: {
  readonly orientation?: GeoShapeField['orientation'];
  readonly ignoreMalformed?: boolean;
  readonly ignoreZValue?: boolean;
  readonly coerce?: boolean;
}): GeoShapeField {
  return { orientation, ignoreMalformed, ignoreZ: ignoreZValue, coerce };
}
