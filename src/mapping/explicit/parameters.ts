import type { IndexAnalysis } from './index-analysis.ts';
import { isObject, javaText, MappingProblem, toBoolean, toInteger, toNumber } from './json.ts';

/** Where a parameter stands, for its checks and their texts. */
export interface ParameterPlace {
  readonly field: string;
  readonly type: string;
  readonly analysis: IndexAnalysis;
}

/** One parameter of a field type. */
export interface Parameter {
  /** In normal form. @throws MappingProblem */
  readonly read: (value: unknown, place: ParameterPlace) => unknown;
  /** The value of a field that does not name it; it is not shown. */
  readonly initial?: unknown;
  /** Whether it may differ when the field is mapped again; a function decides by both values. */
  readonly mayChange?: boolean | ((before: unknown, after: unknown) => boolean);
  /** Shown even where it is the default. */
  readonly shown?: true;
  readonly nullable?: true;
}

export function flag(initial: boolean, more: Partial<Parameter> = {}): Parameter {
  return { read: toBoolean, initial, ...more };
}

/** A flag whose default an index's settings may change: it is shown when it was given. */
export function explicitFlag(initial: boolean): Parameter {
  return flag(initial, { mayChange: true, shown: true });
}

export function integer(initial: number, more: Partial<Parameter> = {}): Parameter {
  return { read: toInteger, initial, ...more };
}

export function number(initial: number | undefined, more: Partial<Parameter> = {}): Parameter {
  return { read: toNumber, initial, ...more };
}

export function text(initial?: string, more: Partial<Parameter> = {}): Parameter {
  return { read: (value) => javaText(value), initial, ...more };
}

/** @param values the first is the default */
export function choice(name: string, values: readonly string[], listed = values): Parameter {
  const read = (value: unknown): string => {
    const chosen = javaText(value);
    if (values.includes(chosen)) return chosen;
    throw new MappingProblem(
      `Unknown value [${chosen}] for field [${name}] - accepted values are [${listed.join(', ')}]`,
    );
  };
  return { read, initial: values[0] };
}

/** Taken as it is, and shown so. */
export const ANYTHING: Parameter = { read: (value) => value, mayChange: true };

const MAX_META = 5;

export const META: Parameter = {
  read(value, { field }) {
    if (!isObject(value)) {
      throw new MappingProblem(
        `[meta] must be an object, got ${javaType(value)}[${javaText(value)}] for field [${field}]`,
      );
    }
    const entries = Object.entries(value);
    if (entries.length > MAX_META) {
      throw new MappingProblem(
        `[meta] can't have more than ${MAX_META} entries, but got ${entries.length} on field [${field}]`,
      );
    }
    for (const [key, member] of entries) {
      if (key.length > 20) {
        throw new MappingProblem(
          `[meta] keys can't be longer than 20 chars, but got [${key}] for field [${field}]`,
        );
      }
      if (member === null)
        throw new MappingProblem(`[meta] values can't be null (field [${field}])`);
      if (typeof member !== 'string') {
        throw new MappingProblem(
          `[meta] values can only be strings, but got ${javaType(member)}[${javaText(member)}] for field [${field}]`,
        );
      }
      if (member.length > 50) {
        throw new MappingProblem(
          `[meta] values can't be longer than 50 chars, but got [${member}] for field [${field}]`,
        );
      }
    }
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  },
  mayChange: true,
};

function javaType(value: unknown): string {
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Double';
  return Array.isArray(value) ? 'ArrayList' : 'LinkedHashMap';
}

/** Taken from every field, whatever its type, and dropped where the type does not know it. */
export const DEPRECATED: ReadonlySet<string> = new Set([
  ...['boost', 'doc_values', 'index', 'index_options', 'meta', 'similarity', 'store'],
]);

export const SIMILARITY: Parameter = {
  read: (value, { field, analysis }) => {
    const name = javaText(value);
    if (name === 'classic') {
      throw new MappingProblem(
        'The [classic] similarity may not be used anymore. Please use the [BM25] similarity or build a custom [scripted] similarity instead.',
      );
    }
    if (analysis.hasSimilarity(name)) return name;
    throw new MappingProblem(`Unknown Similarity type [${name}] for field [${field}]`);
  },
};
