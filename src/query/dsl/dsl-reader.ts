import { EstromError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { isJsonNumber, isObject, scalarText } from '../json.ts';

/** The errors and the small values of the Query DSL; paths read like `query.bool.must[1].term`. */
export function syntax(path: string, reason: string): EstromError {
  return new EstromError('QUERY_SYNTAX', `${path}: ${reason}`, { clause: path });
}

/** @param advice what to do instead */
export function unsupported(path: string, what: string, advice?: string): EstromError {
  const reason = `${path}: ${what} is not supported${advice === undefined ? ' yet' : `; ${advice}`}`;
  return new EstromError('QUERY_UNSUPPORTED', reason, { clause: path });
}

/** A name that is not among the supported ones, with the one that was probably meant first. */
export function unknownName(
  path: string,
  what: string,
  name: string,
  supported: readonly string[],
): EstromError {
  // Names are short; the distance of a long one would take its time.
  const near = nearest(name.slice(0, 100), supported, 2).filter((one) => one !== name);
  const meant = near.length === 0 ? '' : `did you mean [${near.join('] or [')}]? `;
  return unsupported(path, what, `${meant}supported are ${supported.join(', ')}`);
}

export function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (isObject(value)) return value;
  throw syntax(path, `expected an object, but found ${describe(value)}`);
}

export function scalarAt(value: unknown, path: string): string {
  const text = scalarText(value);
  if (text !== undefined) return text;
  throw syntax(path, `expected a text, number or boolean, but found ${describe(value)}`);
}

export function textAt(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw syntax(path, `expected a text, but found ${describe(value)}`);
}

export function booleanAt(value: unknown, path: string): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw syntax(path, `expected true or false, but found ${describe(value)}`);
}

/** A whole number that is not negative, also as text. */
export function countAt(value: unknown, path: string): number {
  const text = scalarText(value) ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw syntax(path, `expected a whole number from 0, but found ${describe(value)}`);
}

/** The one field of a clause such as `{"term": {"field": …}}`. */
export function fieldEntry(body: unknown, path: string): [field: string, value: unknown] {
  const entries = Object.entries(objectAt(body, path));
  const [first, second] = entries;
  if (first === undefined) throw syntax(path, 'expected the name of a field');
  if (second !== undefined) {
    throw syntax(path, `expected one field, but found [${first[0]}] and [${second[0]}]`);
  }
  return first;
}

export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (isJsonNumber(value)) return value.rawJSON;
  if (typeof value === 'object') return 'an object';
  return JSON.stringify(value);
}

/** One of a few words, in any case. */
export function choiceAt<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
  const word = textAt(value, path).toLowerCase();
  const found = choices.find((choice) => choice === word);
  if (found !== undefined) return found;
  throw syntax(path, `expected [${choices.join('] or [')}], but found [${word}]`);
}

/** The operator of a clause on analysed text. */
export function operatorAt(value: unknown, path: string): 'or' | 'and' {
  return choiceAt(value, path, ['or', 'and']);
}

/** A `minimum_should_match` as text; its form is read with the number of clauses. */
export function minimumAt(value: unknown, path: string): string {
  if (typeof value === 'boolean')
    throw syntax(path, `expected a number, but found ${describe(value)}`);
  return scalarAt(value, path);
}
