import { isFieldPattern, patternText } from '../../../query/field-patterns.ts';

/**
 * Around the path of a nested object, before the path of a field in it: what such an object has is searched under
 * places of its own, so that nothing outside of it sees it. No field's name has it in documents that are searched.
 */
const MARK = '\u0001';
const PATTERN = '.';

/** What stands before the paths of all fields of one kind of nested objects. @param path theirs */
export function nestedScope(path: string): string {
  return `${MARK}${path}${MARK}`;
}

/** The place that every nested object with this path is offered under. */
export function nestedObject(path: string): string {
  return `${MARK}${path}`;
}

/** Scope of a place; '' outside of nested objects. */
export function scopeOf(place: string): string {
  return place.startsWith(MARK) ? place.slice(0, place.indexOf(MARK, 1) + 1) : '';
}

/** A place without its scope: the field's path, perhaps with the name of a form. */
export function unscoped(place: string): string {
  return place.startsWith(MARK) ? place.slice(place.indexOf(MARK, 1) + 1) : place;
}

/** A field, a pattern of fields or any field (null), of nested objects alone. */
export function scoped(scope: string, field: string | null): string {
  if (field === null) return `${PATTERN}${scope}*`;
  return isFieldPattern(field) ? `${PATTERN}${scope}${patternText(field)}` : scope + field;
}

/** Scope of a field or pattern as queries have it. */
export function scopeOfField(field: string): string {
  return isFieldPattern(field) ? scopeOf(patternText(field)) : scopeOf(field);
}

/** A field or pattern of a query without its scope. */
export function unscopedField(field: string): string {
  return isFieldPattern(field) ? PATTERN + unscoped(patternText(field)) : unscoped(field);
}

/** Whether a field of a segment stands for nested objects themselves. */
export function isNestedObject(place: string): boolean {
  return place.startsWith(MARK) && !place.includes(MARK, 1);
}
