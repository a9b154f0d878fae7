import { pointOf } from '../../mapping/geo/geo-point.ts';
import type { Clause } from '../dsl/dsl-clause.ts';
import { describe, scalarAt, syntax, textAt } from '../dsl/dsl-reader.ts';
import { checkField } from '../fields.ts';
import type { Ir, MappedLeaf } from '../ir.ts';
import { isJsonNumber, scalarText } from '../json.ts';
import { COMMON, readParameters, used } from '../parameters.ts';
import { metersAt } from './distance.ts';

const DISTANCE_FEATURE = {
  field: used(textAt, 'a date or a point that is indexed'),
  origin: used((value: unknown) => value, 'has to be a date, or a point, as the field is'),
  pivot: used(scalarAt, 'a time such as `7d`, or a distance such as `1km`; scores only'),
  ...COMMON,
};

/** In one of the units that are at least a millisecond. */
const TIME = /^\s*0*[1-9]\d{0,9}\s*(?:ms|s|m|h|d)\s*$/;

const distanceFeature: Clause = {
  parameters: DISTANCE_FEATURE,
  note: 'as a filter it asks whether the document has the date or the point',
  read(body, path, reading) {
    const { field, origin, pivot } = readParameters(body, path, DISTANCE_FEATURE);
    if (field === undefined) throw syntax(path, 'expected a [field]');
    if (origin === undefined) throw syntax(path, 'expected an [origin]');
    if (pivot === undefined) throw syntax(path, 'expected a [pivot]');
    checkField(field, { clause: `${path}.field` });
    const clauses: Ir[] = [];
    const instant = scalarText(origin);
    if (instant !== undefined && TIME.test(pivot)) clauses.push(hasDate(field, instant));
    if (isPoint(origin) && isDistance(pivot)) {
      clauses.push(isMapped(field, 'points', reading.clause(onEarth(field), path)));
    }
    if (clauses.length === 0) {
      throw syntax(
        path,
        `expected a date with a time as pivot, or a point with a distance, but found ${describe(origin)} with [${pivot}]`,
      );
    }
    return { kind: 'or', clauses, atLeast: 1 };
  },
};

/** Dates that are the origin, before or after it: none where the field's format does not read it. */
function hasDate(field: string, origin: string): Ir {
  const range = (lower: string | null, upper: string | null): Ir => ({
    kind: 'range',
    field,
    ...{ lower, upper, includeLower: true, includeUpper: false, normalize: false },
  });
  const clauses = [range(origin, null), range(null, origin)];
  return isMapped(field, 'dates', { kind: 'or', clauses, atLeast: 1 });
}

function isMapped(field: string, among: MappedLeaf['among'], clause: Ir): Ir {
  return { kind: 'and', clauses: [{ kind: 'mapped', fields: [field], among, atLeast: 1 }, clause] };
}

function isPoint(origin: unknown): boolean {
  if (typeof origin === 'number' || typeof origin === 'boolean' || isJsonNumber(origin))
    return false;
  return pointOf(origin, { ignoreZ: false }) !== null;
}

function isDistance(pivot: string): boolean {
  try {
    return metersAt(pivot, '') > 0;
  } catch {
    return false;
  }
}

function onEarth(field: string): object {
  const corners = { top_left: { lat: 90, lon: -180 }, bottom_right: { lat: -90, lon: 180 } };
  return { geo_bounding_box: { [field]: corners } };
}

/** Clauses that score by how near a value is. */
export const DISTANCE_FEATURES: Readonly<Record<string, Clause>> = {
  distance_feature: distanceFeature,
};
