import { describe, syntax, textAt, unsupported } from './dsl-reader.ts';
import type { FieldList } from './field-list.ts';

const TYPES = ['best_fields', 'most_fields', 'cross_fields', 'phrase'] as const;
export type MultiType = (typeof TYPES)[number];

/** The `type` of a query string on several fields. */
export function typeAt(value: unknown, path: string): MultiType {
  return oneOf(TYPES, value, path);
}

/** The `type` of a `multi_match`. */
export function multiTypeAt(value: unknown, path: string): MultiType | 'bool_prefix' {
  return oneOf([...TYPES, 'bool_prefix'], value, path);
}

function oneOf<T extends string>(types: readonly T[], value: unknown, path: string): T {
  const type = textAt(value, path);
  const found = types.find((one) => one === type);
  if (found !== undefined) return found;
  if (type === 'phrase_prefix' || type === 'bool_prefix') throw unsupported(path, `[${type}]`);
  throw syntax(path, `expected one of ${types.join(', ')}, but found ${describe(value)}`);
}

export const TYPE_NOTE =
  '`best_fields`, `most_fields`, `phrase`; `cross_fields` unless all words are asked for in several fields';

/**
 * Whether `cross_fields` means more than `best_fields`: words that may each be in another field. Which
 * fields can share words depends on their analysers.
 * @throws EstromError QUERY_UNSUPPORTED
 */
export function checkCrossFields(fields: FieldList, all: boolean, path: string): void {
  if (!all || (fields.length === 1 && fields[0] !== null)) return;
  throw unsupported(
    path,
    '[cross_fields] that asks for more than one of the words',
    'use a bool with one multi_match for each word under must',
  );
}
