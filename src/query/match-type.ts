import { describe, syntax, textAt } from './dsl/dsl-reader.ts';

const TYPES = [
  'best_fields',
  'most_fields',
  'cross_fields',
  'phrase',
  'phrase_prefix',
  'bool_prefix',
] as const;
export type MultiType = (typeof TYPES)[number];

/** How many beginnings of words are tried where nothing else is said. */
export const EXPANSIONS = 50;

/** The `type` of a clause on several fields. */
export function typeAt(value: unknown, path: string): MultiType {
  const type = textAt(value, path);
  const found = TYPES.find((one) => one === type);
  if (found !== undefined) return found;
  throw syntax(path, `expected one of ${TYPES.join(', ')}, but found ${describe(value)}`);
}

export const TYPE_NOTE = TYPES.map((type) => `\`${type}\``).join(', ');
