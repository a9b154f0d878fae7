import { isObject, listed, MappingProblem, toInteger, toNumber } from './json.ts';
import type { Parameter } from './parameters.ts';

function members(
  read: Readonly<Record<string, number>>,
  of: (value: unknown) => number,
): Parameter {
  return {
    read: (value, { field }) => {
      if (!isObject(value))
        throw new MappingProblem(`Expected map for property on field [${field}]`);
      const others = Object.fromEntries(Object.entries(value).filter(([key]) => !(key in read)));
      if (Object.keys(others).length > 0) {
        throw new MappingProblem(
          `Mapping definition for [${field}] has unsupported parameters: ${listed(others)}`,
        );
      }
      return Object.fromEntries(
        Object.entries(read).map(([key, initial]) => [key, of(value[key] ?? initial)]),
      );
    },
  };
}

export const PREFIXES: Parameter = {
  read: (value, place) => {
    const read = members({ min_chars: 2, max_chars: 5 }, toInteger).read(value, place);
    const { min_chars: least, max_chars: most } = read as Record<string, number>;
    if (least! <= most!) return read;
    throw new MappingProblem(`min_chars [${least}] must be less than max_chars [${most}]`);
  },
  nullable: true,
};
export const FREQUENCIES: Parameter = {
  ...members({ min: 0, max: 2_147_483_647, min_segment_size: 0 }, toNumber),
  mayChange: true,
};
