import {
  booleanAt,
  objectAt,
  scalarAt,
  syntax,
  textAt,
  unknownName,
  unsupported,
} from './dsl/dsl-reader.ts';

/** What a parameter of a clause does: something, nothing to what matches, or it is refused. */
export type Effect = 'used' | 'ignored' | 'refused';

export interface Parameter<T> {
  readonly effect: Effect;
  /** Checks a value; `path` is where it stands. */
  readonly read: (value: unknown, path: string) => T;
  /** What to do instead, or what is taken. */
  readonly note?: string;
}

export type ParameterTable = Readonly<Record<string, Parameter<unknown>>>;

/** The values that were given, by name. */
export type Values<T extends ParameterTable> = {
  -readonly [K in keyof T]?: T[K] extends Parameter<infer V> ? V : never;
};

export function used<T>(read: (value: unknown, path: string) => T, note?: string): Parameter<T> {
  return { effect: 'used', read, ...(note === undefined ? {} : { note }) };
}

/** One that changes scores, errors or clauses that are refused anyway; its value is checked. */
export function ignored(
  read: (value: unknown, path: string) => unknown,
  note?: string,
): Parameter<undefined> {
  const check = (value: unknown, path: string): undefined => {
    read(value, path);
    return undefined;
  };
  return { effect: 'ignored', read: check, ...(note === undefined ? {} : { note }) };
}

/** One that Elasticsearch knows. */
export function refused(note: string): Parameter<never> {
  const refuse = (_value: unknown, path: string): never => {
    throw unsupported(path, `[${path.slice(path.lastIndexOf('.') + 1)}]`, note);
  };
  return { effect: 'refused', read: refuse, note };
}

/** What every clause may have. */
export const COMMON = {
  boost: ignored(boostAt, 'scores only'),
  _name: used(textAt, 'told with each hit for which the clause holds'),
} satisfies ParameterTable;

export const ignoredFlag = ignored(booleanAt);
export const ignoredNumber = ignored(numberAt);

/**
 * Reads the members of a clause's object.
 * @throws EstromError QUERY_UNSUPPORTED for one that the table does not have
 */
export function readParameters<T extends ParameterTable>(
  given: unknown,
  path: string,
  table: T,
): Values<T> {
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(objectAt(given, path))) {
    const at = `${path}.${key}`;
    if (!Object.hasOwn(table, key)) throw unknownName(at, `[${key}]`, key, supportedBy(table));
    values[key] = table[key]!.read(value, at);
  }
  return values as Values<T>;
}

function supportedBy(table: ParameterTable): string[] {
  return Object.keys(table).filter((name) => table[name]!.effect !== 'refused');
}

function boostAt(value: unknown, path: string): void {
  const boost = Number(scalarAt(value, path));
  if (!(boost >= 0)) throw syntax(path, 'expected a boost from 0');
}

export function numberAt(value: unknown, path: string): number {
  const number = Number(scalarAt(value, path));
  if (Number.isNaN(number)) throw syntax(path, 'expected a number');
  return number;
}
