import { IndexAnalysis } from './explicit/index-analysis.ts';
import { isObject, javaText, MappingProblem } from './explicit/json.ts';
import { type KindContext, kindOf } from './explicit/kind-of.ts';
import type { MappingNode } from './explicit/mapping-model.ts';
import { parseField } from './explicit/parse-field.ts';
import { parseObject } from './explicit/parse-object.ts';
import { SafeRegExp } from './explicit/safe-reg-exp.ts';
import type { FieldKind } from './field-kind.ts';
import { fitsPattern } from './star-pattern.ts';

/** What becomes of a field that the mapping does not name. */
export type Dynamic = 'true' | 'false' | 'strict' | 'runtime';

/**
 * What a value is to dynamic mapping: its JSON type, where texts that look like dates are `date` (and
 * with `numeric_detection` those that look like numbers `long` or `double`). `binary` never occurs in JSON.
 */
export type Found = 'string' | 'long' | 'double' | 'boolean' | 'date' | 'object' | 'binary';

/** One of `dynamic_templates`. The first one that fits decides. */
export interface DynamicTemplate {
  readonly name: string;
  /** Of the field's own name and of its whole path; `*` stands for any characters. */
  readonly match?: string;
  readonly unmatch?: string;
  readonly pathMatch?: string;
  readonly pathUnmatch?: string;
  /** `*`: any; so is, beside a `match` or a `pathMatch`, none. */
  readonly matchMappingType?: Found | '*';
  /** The patterns are regular expressions that the whole name or path has to fit. */
  readonly isRegExp?: true;
  /** As given, with its placeholders `{name}` and `{dynamic_type}`. */
  readonly mapping: Readonly<Record<string, unknown>>;
  readonly isRuntime?: true;
}

export interface NestedLimits {
  /** How many nested objects a mapping may have. */
  readonly fields: number;
  /** How many of them may stand in one document. */
  readonly objects: number;
}

/** Elasticsearch's own. */
export const NESTED_LIMITS: NestedLimits = { fields: 50, objects: 10_000 };

/** The mapping of an index as the engine needs it: plain JSON. What has its default is left out. */
export interface IndexRules {
  /** Grows with each change of this index's mapping, and across restarts as well. */
  readonly version: number;
  /** Fields and objects that the mapping names, objects before what is in them; multi-fields are in their field. */
  readonly fields: readonly (readonly [path: string, kind: FieldKind])[];
  /** Of the root. False: nothing of a document is looked at. */
  readonly enabled?: false;
  /** Of the root. */
  readonly dynamic?: Exclude<Dynamic, 'true'>;
  readonly dynamicTemplates?: readonly DynamicTemplate[];
  readonly dateDetection?: false;
  /** Each may be several with `||` between them. */
  readonly dynamicDateFormats?: readonly string[];
  readonly numericDetection?: true;
  /** `index.mapping.total_fields.limit`, where the settings have it: how many fields the index may have. */
  readonly fieldLimit?: number;
  /** `index.mapping.nested_fields.limit` and `nested_objects.limit`, where they are not {@link NESTED_LIMITS}. */
  readonly nestedLimits?: NestedLimits;
  /** Analyzers of the settings, which queries may name: see `analyzerText`; null for what is not had here. */
  readonly analyzers?: Readonly<Record<string, string | null>>;
  /** `index.mapping.coerce` and `index.mapping.ignore_malformed`, for fields that documents bring. */
  readonly coerce?: false;
  readonly ignoreMalformed?: true;
  /** `settings.index` with what `analysis` in it dynamic templates may name. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The type that `{dynamic_type}` stands for, and that a template without a type gives. */
const DEFAULT_TYPES: Readonly<Record<Found, string>> = {
  string: 'text',
  long: 'long',
  double: 'float',
  boolean: 'boolean',
  date: 'date',
  object: 'object',
  binary: 'binary',
};

/** With `dynamic: runtime`, where dynamic templates say nothing. */
const RUNTIME_TYPES: Readonly<Partial<Record<Found, FieldKind>>> = {
  string: { type: 'keyword' },
  long: { type: 'long' },
  double: { type: 'double' },
  boolean: { type: 'boolean' },
};

/** Evaluates the rules of one index for fields that documents bring first. Pure: for any thread. */
export class DynamicRules {
  readonly #rules: IndexRules;
  readonly #objects = new Map<string, Dynamic>();
  readonly #context: KindContext;
  readonly #patterns = new Map<string, SafeRegExp | null>();

  constructor(rules: IndexRules) {
    this.#rules = rules;
    this.#context = {
      analysis: new IndexAnalysis(rules.settings),
      coerce: rules.coerce !== false,
      ignoreMalformed: rules.ignoreMalformed === true,
    };
    for (const [path, kind] of rules.fields) this.add(path, kind);
  }

  /** Takes an object that was learnt since: one made by a dynamic template may have its own `dynamic`. */
  add(path: string, kind: FieldKind): void {
    const isObject = kind.type === 'object' || kind.type === 'nested';
    if (isObject && kind.dynamic !== undefined) this.#objects.set(path, kind.dynamic);
  }

  /** What holds for a field at this path that the mapping does not name. */
  dynamicAt(path: string): Dynamic {
    for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      const own = this.#objects.get(path.slice(0, dot));
      if (own !== undefined) return own;
    }
    return this.#rules.dynamic ?? 'true';
  }

  /**
   * What a field becomes that the mapping does not name.
   * @param format of a date: the one of `dynamicDateFormats` that the text fitted, as it stands there
   * (without those, `yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis` for one with slashes); left out for
   * `strict_date_optional_time`
   * @returns undefined: the usual guess; null: nothing, for it is not mapped (dynamic false or strict,
   * or a template that makes no field). A scalar kind for an object, or an object for a scalar, is a
   * contradiction as in Elasticsearch
   */
  kindOf(path: string, found: Found, format?: string): FieldKind | null | undefined {
    const dynamic = this.dynamicAt(path);
    if (dynamic === 'false' || dynamic === 'strict') return null;
    const name = path.slice(path.lastIndexOf('.') + 1);
    const template = this.#rules.dynamicTemplates?.find((each) =>
      this.#fits(each, path, name, found),
    );
    if (template !== undefined) return this.#made(template, name, found, format);
    const date: FieldKind = { type: 'date', ...(format === undefined ? {} : { format }) };
    if (dynamic === 'runtime') return found === 'date' ? date : RUNTIME_TYPES[found];
    return found === 'date' && format !== undefined ? date : this.#usual(found);
  }

  /** The usual guess, where the index's settings change what it does. */
  #usual(found: Found): FieldKind | undefined {
    const { coerce, ignoreMalformed } = this.#rules;
    if (coerce !== false && !ignoreMalformed) return undefined;
    if (found !== 'long' && found !== 'double' && found !== 'date') return undefined;
    return {
      type: found === 'double' ? 'float' : found,
      ...(coerce === false && found !== 'date' ? { coerce } : {}),
      ...(ignoreMalformed ? { ignoreMalformed } : {}),
    };
  }

  #fits(template: DynamicTemplate, path: string, name: string, found: Found): boolean {
    const { match, unmatch, pathMatch, pathUnmatch, matchMappingType: type } = template;
    if (type !== undefined && type !== '*' && type !== found) return false;
    // One that says nothing of what it is for is for nothing.
    if (type === undefined && match === undefined && pathMatch === undefined) return false;
    if (template.isRuntime && (found === 'object' || found === 'binary')) return false;
    const fits = (pattern: string, text: string): boolean =>
      template.isRegExp ? this.#fitsRegExp(pattern, text) : fitsPattern(pattern, text);
    if (pathMatch !== undefined && !fits(pathMatch, path)) return false;
    if (match !== undefined && !fits(match, name)) return false;
    if (pathUnmatch !== undefined && fits(pathUnmatch, path)) return false;
    return unmatch === undefined || !fits(unmatch, name);
  }

  #fitsRegExp(pattern: string, text: string): boolean {
    let parsed = this.#patterns.get(pattern);
    if (parsed === undefined) {
      parsed = SafeRegExp.parse(pattern);
      this.#patterns.set(pattern, parsed);
    }
    return parsed?.matches(text) ?? false;
  }

  #made(
    template: DynamicTemplate,
    name: string,
    found: Found,
    format: string | undefined,
  ): FieldKind | null {
    const usual = DEFAULT_TYPES[found];
    const filled = fill(template.mapping, name, usual) as Record<string, unknown>;
    const type = javaText(filled['type'] ?? usual);
    const isDate = type === 'date' && format !== undefined && filled['format'] === undefined;
    const definition = { ...filled, type, ...(isDate ? { format } : {}) };
    try {
      return kindOf(nodeOf(name, type, definition, this.#context), this.#context, () => {});
    } catch (error) {
      // There Elasticsearch refuses the document.
      if (error instanceof MappingProblem) return null;
      throw error;
    }
  }
}

function nodeOf(
  name: string,
  type: string,
  definition: Readonly<Record<string, unknown>>,
  { analysis }: KindContext,
): MappingNode {
  if (type === 'object' || type === 'nested') return parseObject(definition, name, analysis).object;
  if (type === 'alias') throw new MappingProblem('an alias comes of no document');
  return parseField(name, type, definition, analysis);
}

function fill(value: unknown, name: string, type: string): unknown {
  if (typeof value === 'string') {
    return value
      .replaceAll('{name}', name)
      .replaceAll('{dynamic_type}', type)
      .replaceAll('{dynamicType}', type);
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, name, type));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      fill(key, name, type) as string,
      fill(member, name, type),
    ]),
  );
}
