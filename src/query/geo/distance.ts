import { javaDouble } from '../../mapping/java-numbers.ts';
import { scalarAt, syntax } from '../dsl/dsl-reader.ts';

/** Meters of each unit, in the order in which the end of a text is compared with their names. */
const UNITS: readonly (readonly [names: readonly string[], meters: number])[] = [
  [['in', 'inch'], 0.0254],
  [['yd', 'yards'], 0.9144],
  [['ft', 'feet'], 0.3048],
  [['km', 'kilometers'], 1000],
  [['NM', 'nmi', 'nauticalmiles'], 1852],
  [['mm', 'millimeters'], 0.001],
  [['cm', 'centimeters'], 0.01],
  [['mi', 'miles'], 1609.344],
  [['m', 'meters'], 1],
];

/** A distance such as `5km`, in meters. @param unit meters of one that has no unit */
export function metersAt(value: unknown, path: string, unit = 1): number {
  const text = scalarAt(value, path);
  let number = text;
  let factor = unit;
  for (const [names, meters] of UNITS) {
    const name = names.find((one) => text.endsWith(one));
    if (name === undefined) continue;
    number = text.slice(0, -name.length);
    factor = meters;
    break;
  }
  const distance = javaDouble(number);
  if (distance === null) throw syntax(path, `expected a distance such as 5km, but found [${text}]`);
  return distance * factor;
}

/** Meters of a unit by its name. */
export function unitAt(value: unknown, path: string): number {
  const text = scalarAt(value, path);
  const found = UNITS.find(([names]) => names.includes(text));
  if (found !== undefined) return found[1];
  throw syntax(path, `expected a unit such as m, km or mi, but found [${text}]`);
}
