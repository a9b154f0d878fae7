import { EstromError } from '../../errors.ts';

/** What an index's settings say of a part of a chain: `type`, and parameters of that type. */
export type PartSettings = Readonly<Record<string, unknown>>;

/** One parameter of a type of parts. */
export interface Parameter {
  /** What its value means. @throws EstromError BAD_REQUEST for a bad one */
  read(value: unknown, name: string): unknown;
  /** Its meaning where it is left out; undefined where the part asks for it itself. */
  readonly fallback: unknown;
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** A value that Elasticsearch refuses as well. */
export function badSetting(reason: string): EstromError {
  return new EstromError('BAD_REQUEST', reason);
}

/** What Elasticsearch has and estrom has not: fields with it are taken, and match nothing. */
export class UnsupportedPart extends EstromError {
  constructor(what: string) {
    super('BAD_MAPPING', `${what} is not supported`);
  }
}

/** Settings with the meaning of each parameter, left out ones as well. Elasticsearch passes over all others. */
export function readSettings(parameters: Parameters, settings: PartSettings): PartSettings {
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(settings)) {
    // Files of the server.
    if (name.endsWith('_path') && settings[name] !== undefined && !Object.hasOwn(parameters, name))
      throw new UnsupportedPart(`[${name}]`);
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = settings[name];
    read[name] =
      value === undefined || value === null ? parameter.fallback : parameter.read(value, name);
  }
  return read;
}

/** The settings that differ from the defaults, as plain JSON with sorted members. */
export function plainSettings(
  type: string,
  parameters: Parameters,
  settings: PartSettings,
): PartSettings {
  const read = readSettings(parameters, settings);
  const plain: Record<string, unknown> = { type };
  for (const name of Object.keys(parameters).sort()) {
    if (read[name] === undefined) continue;
    if (JSON.stringify(read[name]) !== JSON.stringify(parameters[name]!.fallback))
      plain[name] = read[name];
  }
  return plain;
}

/** A whole number of 32 bits. */
export function int(fallback?: number): Parameter {
  return {
    fallback,
    read(value, name) {
      const text = String(value).trim();
      const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
      if (Number.isInteger(number) && Math.abs(number) <= 2 ** 31) return number;
      throw badSetting(`Failed to parse int setting [${name}] with value [${text}]`);
    },
  };
}

export function flag(fallback: boolean): Parameter {
  return {
    fallback,
    read(value, name) {
      const text = String(value);
      if (text === 'true' || text === 'false') return text === 'true';
      throw badSetting(
        `Failed to parse value [${text}] as only [true] or [false] are allowed. (setting [${name}])`,
      );
    },
  };
}

export function text(fallback?: string): Parameter {
  return { fallback, read: (value) => (Array.isArray(value) ? value.join(',') : String(value)) };
}

/** A list, or its text with commas between the entries, whose ends are cut. */
export function list(fallback?: readonly string[]): Parameter {
  return { fallback, read: readList };
}

export function readList(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  const entries = String(value).split(',');
  return String(value) === '' ? [] : entries.map((entry) => entry.trim());
}
