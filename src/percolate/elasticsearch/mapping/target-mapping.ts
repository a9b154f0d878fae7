import { xxh3 } from '@node-rs/xxhash';
import { coversPath } from '../../../query/field-patterns.ts';
import { chosenFields, defaultFieldsOf } from './default-fields.ts';
import {
  type DefaultAnalyzers,
  defaultAnalyzers,
  type FieldInfo,
  fieldInfo,
  hasAnalyzer,
} from './field-info.ts';
import { KnownPaths } from './known-paths.ts';
import {
  type Dynamic,
  dynamicOf,
  isObject,
  type Json,
  matchingPart,
  ownForm,
  sortedJson,
} from './mapping-form.ts';

const DOCUMENT: readonly string[] = [''];

/** The mapping of an index, and the analyzers that it names: what decides what a query means there. */
export class TargetMapping {
  /** Without what only says how documents are kept, such as `_source` and `_meta`. */
  readonly mappings: Json;
  readonly analysis: Json;
  /** 32 hexadecimal digits; equal for mappings that differ only in the order of their keys. */
  readonly signature: string;
  /** Whether every field that a document brings will be mapped, wherever it stands. */
  readonly grows: boolean;
  readonly #fields = new Map<string, FieldInfo>();
  /** Own settings of each field and object by path; the root's path is empty. */
  readonly #forms = new Map<string, string>();
  /** Objects, and whether they are nested. */
  readonly #objects = new Map<string, 'nested' | 'object'>();
  readonly #defaults: DefaultAnalyzers;
  /** Of the settings: what must be the same for a query to mean the same. */
  readonly #settingsForm: string;
  readonly #defaultFields: readonly string[] | null;
  readonly #coerce: boolean;
  #searchable: readonly FieldInfo[] | undefined;

  private constructor(mappings: Json, analysis: Json, settings: Json) {
    this.mappings = matchingPart(mappings);
    this.analysis = analysis;
    this.#defaults = defaultAnalyzers(analysis);
    this.#defaultFields = defaultFieldsOf(settings);
    const ofMapping = isObject(settings['mapping']) ? settings['mapping'] : {};
    this.#coerce = String(ofMapping['coerce'] ?? true) === 'true';
    this.#settingsForm = sortedJson([analysis, this.#defaultFields, this.#coerce]);
    const aliases: [path: string, target: string][] = [];
    const root = dynamicOf(this.mappings, 'true');
    this.#forms.set('', ownForm({ ...this.mappings, dynamic: root }));
    this.grows = this.#addObject('', this.mappings, root, DOCUMENT, aliases) && root === 'true';
    for (const [path, definition] of Object.entries(membersOf(this.mappings, 'runtime'))) {
      this.#addField(path, definition, DOCUMENT, 'runtime ');
      this.#fields.set(path, { ...this.#fields.get(path)!, runtime: true });
    }
    for (const [path, target] of aliases) {
      const concrete = this.#fields.get(target);
      if (concrete !== undefined) this.#fields.set(path, { ...concrete, path });
    }
    const forms = Object.fromEntries(this.#forms);
    const text = sortedJson([forms, this.#settingsForm]);
    this.signature = xxh3.xxh128(text).toString(16).padStart(32, '0');
  }

  /**
   * @param mappings as `GET /{index}/_mapping` gives them
   * @param analysis `settings.index.analysis`
   * @param settings `settings.index`, of which `query.default_field` and `mapping.coerce` matter
   */
  static of(mappings: object, analysis: object, settings: object = {}): TargetMapping {
    return new TargetMapping(mappings as Json, analysis as Json, settings as Json);
  }

  /** Whether queries can name the analyzer. */
  hasAnalyzer(name: string): boolean {
    return hasAnalyzer(this.analysis, name);
  }

  /** Whether every field of the other one is here with the same settings, and the analyzers are the same. */
  extends(other: TargetMapping): boolean {
    if (this.#settingsForm !== other.#settingsForm) return false;
    return [...other.#forms].every(([path, form]) => this.#forms.get(path) === form);
  }

  /** Whether one mapping could have the fields of both: none of them has other settings here than there. */
  agrees(other: TargetMapping): boolean {
    if (this.#settingsForm !== other.#settingsForm) return false;
    return [...other.#forms].every(([path, form]) => (this.#forms.get(path) ?? form) === form);
  }

  /** Paths that the other one lacks or has otherwise, and those of the objects around them. */
  newPathsSince(other: TargetMapping): string[] {
    const paths = new Set<string>();
    for (const [path, form] of this.#forms) {
      if (path === '' || other.#forms.get(path) === form) continue;
      for (let at = path.length; at > 0; at = path.lastIndexOf('.', at - 1)) {
        paths.add(path.slice(0, at));
      }
    }
    return [...paths];
  }

  /** The field of that name, or what an alias of that name stands for; not an object. */
  field(path: string): FieldInfo | undefined {
    const own = this.#fields.get(path);
    if (own !== undefined) return own;
    // Below a flattened field every name is a field.
    for (let at = path.lastIndexOf('.'); at > 0; at = path.lastIndexOf('.', at - 1)) {
      const above = this.#fields.get(path.slice(0, at));
      if (above?.type === 'flattened') return { ...above, path, target: path, keyed: true };
    }
    return undefined;
  }

  /** Whether there is a field or an object of that name. */
  has(path: string): boolean {
    return (path !== '' && this.#forms.has(path)) || this.field(path) !== undefined;
  }

  /** What kind of object has that name, if it is one. */
  objectAt(path: string): 'nested' | 'object' | undefined {
    return this.#objects.get(path);
  }

  /**
   * The fields that a query string asks where it names none, each once.
   * @param scope those that a clause inside of nested objects with this path reaches; left out: of the document
   */
  searchableFields(scope = ''): readonly FieldInfo[] {
    if (scope !== '') return this.#findSearchable(scope);
    this.#searchable ??= this.#findSearchable(scope);
    return this.#searchable;
  }

  #findSearchable(scope: string): readonly FieldInfo[] {
    const all = [...this.#fields.values()].filter(
      ({ path, target, family, scopes }) =>
        path === target && family !== 'opaque' && scopes.includes(scope),
    );
    if (this.#defaultFields === null) return all;
    const chosen = chosenFields(this.#defaultFields, all, (path) => this.field(path));
    return chosen.filter(({ scopes }) => scopes.includes(scope));
  }

  /** The fields that a pattern of names covers, each once. @param pattern as field-patterns.ts has it */
  coveredFields(pattern: string): readonly FieldInfo[] {
    return [...this.#fields.values()].filter(
      ({ path, target }) => path === target && coversPath(pattern, path),
    );
  }

  knownPaths(): KnownPaths {
    return KnownPaths.of(this.mappings, this.#coerce);
  }

  /** @returns whether every object in it takes new fields */
  #addObject(
    prefix: string,
    object: Json,
    dynamic: Dynamic,
    scopes: readonly string[],
    aliases: [string, string][],
  ): boolean {
    let grows = true;
    for (const [name, definition] of Object.entries(membersOf(object, 'properties'))) {
      const path = prefix + name;
      const { type } = definition;
      this.#forms.set(path, ownForm(definition));
      if (type === 'alias') aliases.push([path, String(definition['path'])]);
      else if (type === undefined || type === 'object' || type === 'nested') {
        const own = dynamicOf(definition, dynamic);
        const inner = type === 'nested' ? scopesOf(path, definition, scopes) : scopes;
        this.#objects.set(path, type === 'nested' ? 'nested' : 'object');
        const open = own === 'true' && String(definition['enabled'] ?? true) === 'true';
        if (!this.#addObject(`${path}.`, definition, own, inner, aliases) || !open) grows = false;
      } else this.#addField(path, definition, scopes);
    }
    return grows;
  }

  #addField(path: string, definition: Json, scopes: readonly string[], mark = ''): void {
    this.#forms.set(path, mark + ownForm(definition));
    this.#fields.set(path, fieldInfo(path, definition, scopes, this.#defaults));
    for (const name of hiddenFields(definition)) {
      const field = fieldInfo(`${path}.${name}`, definition, scopes, this.#defaults);
      this.#fields.set(field.path, field);
    }
    for (const [name, sub] of Object.entries(membersOf(definition, 'fields'))) {
      this.#addField(`${path}.${name}`, sub, scopes, 'multi-field ');
    }
  }
}

/** Which clauses reach what is in a nested object: those of its kind, and those around that it is included in. */
function scopesOf(path: string, definition: Json, around: readonly string[]): readonly string[] {
  const isGiven = (flag: string) => String(definition[flag] ?? false) === 'true';
  return [
    path,
    ...(isGiven('include_in_parent') ? around : []),
    ...(isGiven('include_in_root') ? DOCUMENT : []),
  ];
}

/** Fields that a type brings along without a definition. */
function hiddenFields({ type, max_shingle_size: size }: Json): string[] {
  if (type !== 'search_as_you_type') return [];
  return [...['_2gram', '_3gram', '_4gram'].slice(0, Number(size ?? 3) - 1), '_index_prefix'];
}

function membersOf(object: Json, key: string): Readonly<Record<string, Json>> {
  const members = object[key];
  return isObject(members) ? (members as Record<string, Json>) : {};
}
