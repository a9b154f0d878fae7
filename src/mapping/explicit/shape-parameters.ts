import { orientationNamed } from '../geo/shape-json.ts';
import { javaText, MappingProblem } from './json.ts';
import { explicitFlag, flag, META, type Parameter } from './parameters.ts';

const ORIENTATION: Parameter = {
  read: (value) => {
    const found = orientationNamed(javaText(value));
    if (found !== null) return found.toUpperCase();
    throw new MappingProblem(`Unknown orientation [${javaText(value)}]`);
  },
  initial: 'RIGHT',
  mayChange: true,
  shown: true,
};

/** Of a geo_shape; those of its deprecated prefix trees are unknown, as in a server of the 7.17 line. */
export const SHAPE: Readonly<Record<string, Parameter>> = {
  index: flag(true),
  meta: META,
  ignore_malformed: explicitFlag(false),
  ignore_z_value: explicitFlag(true),
  coerce: explicitFlag(false),
  orientation: ORIENTATION,
};
