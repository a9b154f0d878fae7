import { syntax, textAt } from './dsl/dsl-reader.ts';
import { ALL_FIELDS, fieldPattern } from './field-patterns.ts';
import { checkField, isMetadata, metadataCovered } from './fields.ts';
import type { Ir } from './ir.ts';

/** Fields that a text is looked for in; null is every field, and then the only one. */
export type FieldList = readonly (string | null)[];

export const FIELDS_NOTE =
  'names with or without a boost; `log.*` is all fields that it covers, `*` alone every field';

export const EVERY_FIELD: FieldList = [null];

/**
 * A list such as `["title^2", "body"]`; boosts change scores only. `*` is every field, and so is a list
 * of none. Patterns such as `log.*` cover metadata fields as well.
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED
 */
export function fieldListAt(value: unknown, path: string): FieldList {
  if (!Array.isArray(value)) throw syntax(path, 'expected an array of fields');
  const fields = new Set(
    value.flatMap((one: unknown, position) => fieldsAt(one, `${path}[${position}]`)),
  );
  if (fields.size === 0) return EVERY_FIELD;
  if (!fields.has(null)) return [...fields];
  // Every field is but those that are kept beside the document.
  const beside = [...fields].filter((field) => field !== null && isMetadata(field));
  return beside.length === 0 ? EVERY_FIELD : [ALL_FIELDS, ...beside];
}

/** One field or pattern with what that covers, `*` for every one. */
export function fieldsAt(value: unknown, path: string): FieldList {
  const text = textAt(value, path);
  const at = text.indexOf('^');
  if (at !== -1 && !(Number.parseFloat(text.slice(at + 1)) >= 0)) {
    throw syntax(path, `expected a boost from 0 after the ^ of [${text}]`);
  }
  const field = at === -1 ? text : text.slice(0, at);
  if (!field.includes('*')) return [checkField(field, { clause: path })];
  const pattern = fieldPattern(field);
  if (field === '*') return EVERY_FIELD;
  const every = pattern ?? ALL_FIELDS;
  return [every, ...metadataCovered(every)];
}

/** One field or pattern, where a `^` is part of the name. */
export function plainFieldAt(value: unknown, path: string): string | null {
  const field = textAt(value, path);
  return field.includes('*') ? fieldPattern(field) : checkField(field, { clause: path });
}

/** One clause of them, true where it is in any of the fields. */
export function inAny(fields: FieldList, make: (field: string | null) => Ir): Ir {
  const [first] = fields;
  if (fields.length === 1 && first !== undefined) return make(first);
  return { kind: 'or', clauses: fields.map(make), atLeast: 1 };
}
