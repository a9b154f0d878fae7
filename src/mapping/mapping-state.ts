import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { AssetStore } from '../store/store.ts';
import { type AssetLimits, Assets } from './assets.ts';
import { type Dynamic, DynamicRules, type Found, type IndexRules } from './dynamic-rules.ts';
import { checkAnalysis } from './explicit/check-analysis.ts';
import { checkMapping } from './explicit/check-mapping.ts';
import { IndexAnalysis } from './explicit/index-analysis.ts';
import { rulesOf } from './explicit/index-rules.ts';
import type { Json } from './explicit/json.ts';
import type { KindContext } from './explicit/kind-of.ts';
import { withLearnt } from './explicit/learnt-nodes.ts';
import { limitsOf } from './explicit/limits.ts';
import { EMPTY_MAPPING, type Mapping } from './explicit/mapping-model.ts';
import { mergeMappings } from './explicit/merge-mapping.ts';
import { settingAt } from './explicit/normal-settings.ts';
import { parseMapping } from './explicit/parse-mapping.ts';
import type { LearntFields, MappingChange, MappingRules } from './explicit-mappings.ts';
import type { FieldKind } from './field-kind.ts';
import { IndexBook, type IndexEntry } from './index-book.ts';
import type { TemplateContent } from './templates/read-template.ts';
import { type NewIndex, Templates } from './templates/templates.ts';
import { UnmatchedFields } from './unmatched-fields.ts';

export interface MappingStateOptions {
  /** Where it outlives the process; without it, it doesn't. */
  readonly store?: AssetStore | undefined;
  readonly log: Pick<Logger, 'warn'>;
  readonly limits?: AssetLimits | undefined;
  /** Mappings are Elasticsearch's own: whatever is put is taken, and shown again as far as it is understood. */
  readonly isPassive?: boolean | undefined;
}

/** What a mapping means to the engine. */
interface Meaning {
  readonly rules: IndexRules;
  readonly dynamic: DynamicRules;
  readonly fields: ReadonlyMap<string, FieldKind>;
  readonly unmatched: readonly string[];
}

/** So many indices without an entry have their rules at hand. */
const COMPILED = 1000;

/**
 * The mappings of indices and the templates they come from: what requests put, what the engine is told
 * of it, and what is shown. Fields that documents brought stay with the engine until a mapping names them.
 */
export class MappingState implements MappingRules {
  readonly assets: Assets;
  readonly templates: Templates;
  readonly isPassive: boolean;
  readonly #book: IndexBook;
  readonly #unmatched: UnmatchedFields;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #listeners: ((index: string, change: MappingChange) => void)[] = [];
  readonly #compiled = new Map<string, Meaning>();
  readonly #meanings = new WeakMap<Mapping, Map<string, Meaning>>();
  #learnt: LearntFields = { fieldsOf: () => [] };
  #version = 1;

  constructor({ store, log, limits, isPassive = false }: MappingStateOptions) {
    this.isPassive = isPassive;
    this.assets = new Assets(store, limits);
    this.templates = new Templates(this.assets);
    this.#book = new IndexBook(this.assets);
    this.#log = log;
    this.#unmatched = new UnmatchedFields(log);
    for (const index of this.#book.names) {
      this.#version = Math.max(this.#version, (this.#book.get(index)?.version ?? 0) + 1);
    }
  }

  describe(index: string): IndexRules {
    return this.#compile(index).rules;
  }

  fieldsOf(index: string): ReadonlyMap<string, FieldKind> {
    return this.#compile(index).fields;
  }

  dynamicKind(
    index: string,
    path: string,
    found: Found,
    format?: string,
  ): FieldKind | null | undefined {
    return this.#compile(index).dynamic.kindOf(path, found, format);
  }

  /** In a sentence for each thing that is lacking: which fields of an index nothing can match here. */
  unmatchedOf(index: string): readonly string[] {
    return this.isPassive ? [] : this.#compile(index).unmatched;
  }

  dynamicAt(index: string, path: string): Dynamic {
    return this.#compile(index).dynamic.dynamicAt(path);
  }

  open(index: string): void {
    const target = this.writeIndexOf(index);
    if (this.#book.get(target) !== undefined) return;
    const { mapping, settings } = this.#begin(target);
    try {
      this.#book.put(target, { mapping, settings, isMade: false, version: this.#version });
    } catch (error) {
      // No room to keep it: it goes on as its templates say.
      this.#log.warn({ index: target, err: error }, 'the mapping of an index cannot be kept');
    }
    this.#compiled.delete(target);
  }

  get names(): Iterable<string> {
    return [...this.#book.names, ...[...this.assets.all('alias')].map(({ name }) => name)];
  }

  isOpen(index: string): boolean {
    return this.has(this.writeIndexOf(index));
  }

  kept(): Promise<void> | undefined {
    return this.assets.kept();
  }

  onChange(listener: (index: string, change: MappingChange) => void): void {
    this.#listeners.push(listener);
  }

  learnFrom(source: LearntFields): void {
    this.#learnt = source;
  }

  /** Whether it was made, or documents have come for it. */
  has(index: string): boolean {
    return this.#book.get(index) !== undefined;
  }

  isMade(index: string): boolean {
    return this.#book.get(index)?.isMade === true;
  }

  settingsOf(index: string): Json {
    return this.#book.get(index)?.settings ?? {};
  }

  /** The mapping with the fields that documents brought. */
  mappingOf(index: string): Mapping {
    let mapping = this.#book.get(index)?.mapping ?? EMPTY_MAPPING;
    for (const name of [index, ...this.#aliasesOf(index)]) {
      mapping = withLearnt(mapping, this.#learnt.fieldsOf(name));
    }
    return mapping;
  }

  /**
   * Makes an index, from templates and the request. One that documents came for takes the request as
   * a change of its mapping.
   * @returns the aliases that it gets
   * @throws EstromError as Elasticsearch's
   */
  create(index: string, request: TemplateContent): Json {
    const before = this.#book.get(index);
    const made = this.isPassive
      ? this.#guess(index, request)
      : this.templates.resolve(index, request);
    if (!this.isPassive && made.dataStream !== undefined) {
      throw new EstromError(
        'BAD_REQUEST',
        `cannot create index with name [${index}], because it matches with template [${made.dataStream}] that creates data streams only, use create data stream api instead`,
      );
    }
    if (!this.isPassive) checkAnalysis(made.settings);
    this.#refuseUnlessMergeable(index, before, made.mapping);
    const mapping = before ? this.#merged(index, made.mapping) : made.mapping;
    this.#put(index, { mapping, settings: made.settings, isMade: true });
    return made.aliases;
  }

  /** @throws EstromError as Elasticsearch's */
  createDataStream(name: string): void {
    if (this.#book.get(name) !== undefined) return;
    const { mapping, settings } = this.#begin(name);
    this.#put(name, { mapping, settings, isMade: false });
  }

  /**
   * Maps more fields of indices that are there, of all or of none.
   * @throws EstromError as Elasticsearch's
   */
  update(indices: readonly string[], mappings: Json): void {
    const merged = indices.map((index) => {
      const settings = this.settingsOf(index);
      const parsed = parseMapping(mappings, new IndexAnalysis(settings));
      const mapping = this.#merged(index, parsed);
      checkMapping(mapping, limitsOf(settings));
      return { index, mapping, settings };
    });
    for (const { index, mapping, settings } of merged) {
      this.#put(index, { mapping, settings, isMade: this.isMade(index) });
    }
  }

  /** @returns whether it was there */
  delete(index: string): boolean {
    if (!this.#book.delete(index)) return false;
    this.#version++;
    this.#tell(index, 'deleted');
    return true;
  }

  /** Templates or aliases have changed: what has no mapping of its own yet may get another one. */
  templatesChanged(): void {
    this.#version++;
    this.#compiled.clear();
  }

  /** An alias begins to stand for other indices. */
  aliasChanged(alias: string): void {
    this.#version++;
    this.#compiled.delete(alias);
    this.#call(alias, 'changed');
  }

  /** The index that documents for this name go to: that of an alias which takes them, else itself. */
  writeIndexOf(name: string): string {
    const alias = this.assets.get('alias', name);
    if (alias === undefined) return name;
    const indices = Object.entries(JSON.parse(alias.text) as Record<string, Json>);
    const [writing] = indices.find(([, { is_write_index: is }]) => is === true) ?? [];
    return writing ?? (indices.length === 1 ? indices[0]![0] : name);
  }

  #begin(index: string): { mapping: Mapping | undefined; settings: Json } {
    try {
      return this.templates.resolve(index);
    } catch (error) {
      if (!(error instanceof EstromError)) throw error;
      this.#log.warn(
        { index, reason: error.message },
        'templates do not go together: an index gets no mapping from them',
      );
      return { mapping: undefined, settings: {} };
    }
  }

  /** What of a request is understood where it does not matter. */
  #guess(index: string, request: TemplateContent): NewIndex {
    try {
      return this.templates.resolve(index, request);
    } catch (error) {
      if (!(error instanceof EstromError)) throw error;
      return { mapping: undefined, settings: request.settings, aliases: request.aliases };
    }
  }

  #merged(index: string, after: Mapping | undefined): Mapping {
    const entry = this.#book.get(index);
    const before = this.mappingOf(index);
    if (after === undefined) return before;
    // Without any mapping so far there is nothing that metadata fields could contradict.
    if (entry?.mapping === undefined && before.root.members.size === 0) return after;
    return mergeMappings(before, after, 'update');
  }

  #refuseUnlessMergeable(
    index: string,
    before: IndexEntry | undefined,
    mapping: Mapping | undefined,
  ): void {
    if (before === undefined) return;
    if (before.isMade) {
      throw new EstromError('ALREADY_EXISTS', `index [${index}] already exists`, { index });
    }
    this.#merged(index, mapping);
  }

  #put(index: string, entry: Omit<IndexEntry, 'version'>): void {
    this.#version++;
    this.#book.put(index, { ...entry, version: this.#version });
    this.#tell(index, 'changed');
    // Who maps fields that nothing matches learns it now, and not when the first document comes.
    if (!this.isPassive) this.#compile(index);
  }

  /** Those who read by an alias are told of it by that name. */
  #tell(index: string, change: MappingChange): void {
    this.#compiled.delete(index);
    this.#call(index, change);
    for (const alias of this.#aliasesOf(index)) {
      this.#compiled.delete(alias);
      this.#call(alias, change);
    }
  }

  #aliasesOf(index: string): string[] {
    return [...this.assets.all('alias')]
      .filter(({ text }) => Object.hasOwn(JSON.parse(text) as Json, index))
      .map(({ name }) => name);
  }

  #call(index: string, change: MappingChange): void {
    for (const listener of this.#listeners) listener(index, change);
  }

  #compile(index: string): Meaning {
    const known = this.#compiled.get(index);
    if (known !== undefined) return known;
    const target = this.writeIndexOf(index);
    const entry = this.#book.get(target);
    const { mapping = EMPTY_MAPPING, settings } = entry ?? this.#begin(target);
    const meaning = this.#meaning(target, mapping, settings);
    const rules = { ...meaning.rules, version: entry?.version ?? this.#version };
    const compiled = { ...meaning, rules };
    if (this.#compiled.size >= COMPILED) {
      const [oldest] = this.#compiled.keys();
      this.#compiled.delete(oldest!);
    }
    this.#compiled.set(index, compiled);
    return compiled;
  }

  /** Indices of the same mapping share what it means. */
  #meaning(index: string, mapping: Mapping, settings: Json): Meaning {
    let bySettings = this.#meanings.get(mapping);
    if (bySettings === undefined) {
      bySettings = new Map();
      this.#meanings.set(mapping, bySettings);
    }
    const key = JSON.stringify(settings);
    let meaning = bySettings.get(key);
    if (meaning === undefined) {
      meaning = this.#mean(index, mapping, settings);
      bySettings.set(key, meaning);
    }
    return meaning;
  }

  #mean(index: string, mapping: Mapping, settings: Json): Meaning {
    const context: KindContext = {
      analysis: new IndexAnalysis(settings),
      coerce: String(settingAt(settings, 'mapping.coerce') ?? true) !== 'false',
      ignoreMalformed: String(settingAt(settings, 'mapping.ignore_malformed') ?? false) === 'true',
    };
    const unmatched = this.#unmatched.of(index);
    const rules = rulesOf(mapping, context, 0, unmatched.add, settings);
    return {
      rules,
      dynamic: new DynamicRules(rules),
      fields: new Map(rules.fields),
      unmatched: unmatched.tell(),
    };
  }
}
