import type { FieldKind } from './field-kind.ts';

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
  /** Left out: any. */
  readonly matchMappingType?: Found;
  /** As given, with its placeholders `{name}` and `{dynamic_type}`. */
  readonly mapping: Readonly<Record<string, unknown>>;
  readonly isRuntime?: true;
}

/** The mapping of an index as the engine needs it: plain JSON. What has its default is left out. */
export interface IndexRules {
  /** Grows with each change of this index's mapping, and across restarts as well. */
  readonly version: number;
  /** Fields and objects that the mapping names, objects before what is in them; multi-fields are in their field. */
  readonly fields: readonly (readonly [path: string, kind: FieldKind])[];
  /** Of the root. */
  readonly dynamic?: Exclude<Dynamic, 'true'>;
  readonly dynamicTemplates?: readonly DynamicTemplate[];
  readonly dateDetection?: false;
  /** Each may be several with `||` between them. */
  readonly dynamicDateFormats?: readonly string[];
  readonly numericDetection?: true;
}

/** Evaluates the rules of one index for fields that documents bring first. Pure: for any thread. */
export class DynamicRules {
  readonly #rules: IndexRules;
  readonly #objects = new Map<string, Dynamic>();

  constructor(rules: IndexRules) {
    this.#rules = rules;
    for (const [path, kind] of rules.fields) this.add(path, kind);
  }

  /** Takes an object that was learnt since: one made by a dynamic template may have its own `dynamic`. */
  add(path: string, kind: FieldKind): void {
    if (kind.type === 'object' && kind.dynamic !== undefined) this.#objects.set(path, kind.dynamic);
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
   * @param format of a date: the one of the formats that the text fitted, as its rule has it; left
   * out for the default ones
   * @returns undefined: the usual guess; null: nothing, for it is not mapped (dynamic false or strict).
   * A scalar kind for an object, or an object for a scalar, is a contradiction as in Elasticsearch
   */
  kindOf(path: string, _found: Found, _format?: string): FieldKind | null | undefined {
    const dynamic = this.dynamicAt(path);
    if (dynamic === 'false' || dynamic === 'strict') return null;
    return undefined;
  }
}
