import { EstromError } from '../../errors.ts';

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mapping that Elasticsearch would not parse. */
export class MappingProblem extends Error {}

/**
 * What a request is refused with when `read` finds a problem.
 * @throws EstromError BAD_MAPPING
 */
export function asRefusal<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MappingProblem)) throw error;
    throw new EstromError('BAD_MAPPING', `Failed to parse mapping [_doc]: ${error.message}`);
  }
}

/** A mapping that can be parsed, but does not hold together, or not with the one that is there. */
export function conflict(reason: string): EstromError {
  return new EstromError('BAD_REQUEST', reason);
}

/** As Java writes a value that was parsed from JSON, for error texts are compared and searched for. */
export function javaText(value: unknown, depth = 0): string {
  if (depth > 50) return '…';
  const inner = (member: unknown): string => javaText(member, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`;
  if (!isObject(value)) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}=${inner(member)}`);
  return `{${members.join(', ')}}`;
}

/** A number as Java writes a double, as long as it is neither large nor small. */
export function doubleText(value: unknown): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** Members that nobody has read, as Elasticsearch lists them: `[foo : 1] [bar : {x=1}]`. */
export function listed(unread: Json): string {
  return Object.entries(unread)
    .map(([key, value]) => ` [${key} : ${javaText(value)}]`)
    .join('');
}

/** @throws MappingProblem unless it is a boolean or its text */
export function toBoolean(value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new MappingProblem(
    `Failed to parse value [${javaText(value)}] as only [true] or [false] are allowed.`,
  );
}

/** The same for members that are named by their object. @throws MappingProblem */
export function toNamedBoolean(value: unknown, name: string): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new MappingProblem(`Could not convert [${name}] to boolean`);
}

/** @throws MappingProblem unless it is a 32-bit integer or its text */
export function toInteger(value: unknown): number {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw new MappingProblem(`${value} is not an integer value`);
    return value;
  }
  const text = javaText(value);
  const number = Number(text);
  if (!/^[+-]?\d+$/.test(text) || number !== (number | 0)) throw notANumber(text);
  return number;
}

/** @throws MappingProblem unless it is a number or its text */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  const text = javaText(value);
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw notANumber(text);
  return number;
}

export function notANumber(text: string): MappingProblem {
  return new MappingProblem(`For input string: ${JSON.stringify(text)}`);
}
