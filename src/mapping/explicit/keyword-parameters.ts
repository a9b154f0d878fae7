import { javaText, MappingProblem, toInteger } from './json.ts';
import { TEXT_NULL } from './null-values.ts';
import { choice, flag, integer, META, type Parameter, SIMILARITY } from './parameters.ts';

/** Parameters of the rarer kinds of keywords. */
type Parameters = Readonly<Record<string, Parameter>>;

export const FLATTENED: Parameters = {
  doc_values: flag(true),
  index: flag(true),
  meta: META,
  depth_limit: integer(20, {
    mayChange: true,
    read: (value) => {
      const limit = toInteger(value);
      if (limit >= 0) return limit;
      throw new MappingProblem(`[depth_limit] must be positive, got [${limit}]`);
    },
  }),
  null_value: TEXT_NULL,
  ignore_above: integer(2_147_483_647, { mayChange: true }),
  eager_global_ordinals: flag(false, { mayChange: true }),
  similarity: SIMILARITY,
  index_options: choice('index_options', ['docs', 'freqs']),
  split_queries_on_whitespace: flag(false, { mayChange: true }),
};

export const CONSTANT: Parameters = {
  meta: META,
  value: {
    read: (value, { field }) => {
      if (typeof value === 'number' || typeof value === 'string') return javaText(value);
      throw new MappingProblem(
        `Property [value] on field [${field}] must be a number or a string, but got [${javaText(value)}]`,
      );
    },
    // A document may set it, but nothing takes it back.
    mayChange: (before) => before === null,
  },
};
