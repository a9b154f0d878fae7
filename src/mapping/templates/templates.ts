import { EstromError } from '../../errors.ts';
import type { Assets } from '../assets.ts';
import { checkMapping } from '../explicit/check-mapping.ts';
import { IndexAnalysis } from '../explicit/index-analysis.ts';
import { conflict, type Json } from '../explicit/json.ts';
import { limitsOf } from '../explicit/limits.ts';
import { EMPTY_MAPPING, type Mapping } from '../explicit/mapping-model.ts';
import { mergeMappings } from '../explicit/merge-mapping.ts';
import { mergeSettings } from '../explicit/normal-settings.ts';
import { parseMapping } from '../explicit/parse-mapping.ts';
import { fitsPattern } from '../star-pattern.ts';
import { mergeDefaults } from './merge-defaults.ts';
import {
  type IndexTemplate,
  type LegacyTemplate,
  readComponentTemplate,
  readIndexTemplate,
  readLegacyTemplate,
  type TemplateContent,
} from './read-template.ts';

/** What an index begins with. */
export interface NewIndex {
  readonly settings: Json;
  /** Undefined where neither templates nor the request say anything. */
  readonly mapping: Mapping | undefined;
  readonly aliases: Json;
  /** The template of data streams that decided. */
  readonly dataStream?: string;
}

const NOTHING: TemplateContent = { settings: {}, mappings: {}, aliases: {} };
/** Of a data stream's documents, where nothing else says what it is. */
const TIMESTAMP: Json = { properties: { '@timestamp': { type: 'date' } } };

/** The templates, and what they give to a new index. */
export class Templates {
  readonly #assets: Assets;
  #legacy: LegacyTemplate[] | undefined;
  #composable: IndexTemplate[] | undefined;
  readonly #resolved = new Map<string, NewIndex>();

  constructor(assets: Assets) {
    this.#assets = assets;
  }

  /** @throws EstromError with Elasticsearch's reason for what it would refuse */
  putLegacy(name: string, body: Json, typed = false): void {
    const template = readLegacyTemplate(name, body, typed);
    parseMapping(template.mappings, new IndexAnalysis(template.settings));
    this.#assets.put('template', name, JSON.stringify({ ...body, mappings: template.mappings }));
    this.#changed();
  }

  /** As {@link putLegacy}. */
  putComposable(name: string, body: Json): void {
    const template = readIndexTemplate(name, body);
    const missing = template.composedOf.filter((part) => !this.#component(part));
    const mayMiss = body['ignore_missing_component_templates'];
    if (missing.some((part) => !Array.isArray(mayMiss) || !mayMiss.includes(part))) {
      throw new EstromError(
        'BAD_TEMPLATE',
        `index_template [${name}] invalid, cause [index template [${name}] specifies component templates [${missing.join(', ')}] that do not exist]`,
      );
    }
    this.#refuseRivals(template);
    this.#checkComposition(template);
    this.#assets.put('index-template', name, JSON.stringify(body));
    this.#changed();
  }

  /** As {@link putLegacy}. */
  putComponent(name: string, body: Json): void {
    const before = this.#assets.get('component-template', name)?.text;
    this.#changed();
    readComponentTemplate(body);
    this.#assets.put('component-template', name, JSON.stringify(body));
    try {
      for (const template of this.#composableTemplates()) {
        if (template.composedOf.includes(name)) this.#checkComposition(template);
      }
    } catch (error) {
      if (before === undefined) this.#assets.delete('component-template', name);
      else this.#assets.put('component-template', name, before);
      throw error;
    }
  }

  /** @throws EstromError BAD_REQUEST while a template is composed of it */
  delete(kind: 'template' | 'index-template' | 'component-template', name: string): boolean {
    if (kind === 'component-template' && this.#assets.get(kind, name) !== undefined) {
      const users = this.#composableTemplates().filter((each) => each.composedOf.includes(name));
      if (users.length > 0) {
        throw conflict(
          `component templates [${name}] cannot be removed as they are still in use by index templates [${users.map((each) => each.name).join(', ')}]`,
        );
      }
    }
    this.#changed();
    return this.#assets.delete(kind, name);
  }

  /**
   * What a new index of this name gets: from the composable template of the highest priority, or else
   * from all older templates that fit; then from the request.
   * @throws EstromError as Elasticsearch's, when they do not go together
   */
  resolve(index: string, request: TemplateContent = NOTHING): NewIndex {
    const template = this.#bestComposable(index);
    if (template === undefined) {
      const fitting = this.#legacyTemplates().filter((each) => fits(each, index));
      const names = fitting.map(({ name }) => name).join();
      return this.#once(request, `_template ${names}`, () => this.#fromLegacy(fitting, request));
    }
    const key = `_index_template ${template.name}`;
    return this.#once(request, key, () => this.compose(template, request));
  }

  /** Indices of the same templates get the same mapping, as one object. */
  #once(request: TemplateContent, key: string, resolve: () => NewIndex): NewIndex {
    if (request !== NOTHING) return resolve();
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const resolved = resolve();
    this.#resolved.set(key, resolved);
    return resolved;
  }

  /** Names of templates that would have fitted, with their patterns, but for the one that decides. */
  overlapping(index: string): { name: string; index_patterns: readonly string[] }[] {
    const best = this.#bestComposable(index);
    return [...this.#composableTemplates(), ...(best ? this.#legacyTemplates() : [])]
      .filter((each) => each !== best && fits(each, index))
      .map(({ name, patterns }) => ({ name, index_patterns: patterns }));
  }

  hasComposable(index: string): boolean {
    return this.#bestComposable(index) !== undefined;
  }

  #changed(): void {
    this.#legacy = undefined;
    this.#composable = undefined;
    this.#resolved.clear();
  }

  #bestComposable(index: string): IndexTemplate | undefined {
    let best: IndexTemplate | undefined;
    for (const template of this.#composableTemplates()) {
      if (!fits(template, index)) continue;
      if (best === undefined || template.priority > best.priority) best = template;
    }
    return best;
  }

  /** What an index of this template gets. @throws EstromError as {@link resolve} */
  compose(template: IndexTemplate, request: TemplateContent = NOTHING): NewIndex {
    const components = template.composedOf.flatMap((name) => this.#component(name) ?? []);
    const parts = [...components, template, request];
    const settings = mergeSettings(...parts.map((part) => part.settings));
    const analysis = new IndexAnalysis(settings);
    const mappings = parts.map((part) => part.mappings).filter(isNotEmpty);
    if (template.isDataStream) mappings.unshift(TIMESTAMP);
    const parsed = mappings.map((each) => parseMapping(each, analysis));
    if (request.hasMappings && parsed.length === 0) parsed.push(EMPTY_MAPPING);
    const [first, ...others] = parsed;
    const mapping =
      first && others.reduce((before, next) => mergeMappings(before, next, 'template'), first);
    if (mapping !== undefined) checkMapping(mapping, limitsOf(settings));
    return {
      settings,
      mapping,
      aliases: Object.assign({}, ...parts.map((part) => part.aliases)) as Json,
      ...(template.isDataStream ? { dataStream: template.name } : {}),
    };
  }

  #fromLegacy(fitting: readonly LegacyTemplate[], request: TemplateContent): NewIndex {
    const highestFirst = [...fitting].sort((a, b) => b.order - a.order);
    const mappings = highestFirst.reduce(
      (content, template) => mergeDefaults(content, template.mappings),
      request.mappings,
    );
    const lowestFirst = [...highestFirst].reverse();
    const settings = mergeSettings(...lowestFirst.map((each) => each.settings), request.settings);
    const mapping =
      isNotEmpty(mappings) || request.hasMappings
        ? parseMapping(mappings, new IndexAnalysis(settings))
        : undefined;
    if (mapping !== undefined) checkMapping(mapping, limitsOf(settings));
    const aliases = [...lowestFirst, request].map((each) => each.aliases);
    return { settings, mapping, aliases: Object.assign({}, ...aliases) as Json };
  }

  #refuseRivals({ name, patterns, priority }: IndexTemplate): void {
    for (const other of this.#composableTemplates()) {
      if (other.name === name || other.priority !== priority) continue;
      if (!patterns.some((own) => other.patterns.some((theirs) => mayShare(own, theirs)))) continue;
      throw conflict(
        `index template [${name}] has index patterns [${patterns.join(', ')}] matching patterns from existing templates [${other.name}] with patterns (${other.name} => [${other.patterns.join(', ')}]) that have the same priority [${priority}], multiple index templates may not match during index creation, please use a different priority`,
      );
    }
  }

  #checkComposition(template: IndexTemplate): void {
    try {
      this.compose(template, NOTHING);
    } catch (error) {
      if (!(error instanceof EstromError)) throw error;
      const parts = template.composedOf.join(', ');
      const composed = parts === '' ? '' : ` with component templates [${parts}]`;
      throw conflict(
        `composable template [${template.name}] template after composition${composed} is invalid: ${error.message}`,
      );
    }
  }

  #component(name: string): TemplateContent | undefined {
    const asset = this.#assets.get('component-template', name);
    return asset && readComponentTemplate(JSON.parse(asset.text) as Json);
  }

  #legacyTemplates(): LegacyTemplate[] {
    this.#legacy ??= [...this.#assets.all('template')].map(({ name, text }) =>
      readLegacyTemplate(name, JSON.parse(text) as Json),
    );
    return this.#legacy;
  }

  #composableTemplates(): readonly IndexTemplate[] {
    this.#composable ??= [...this.#assets.all('index-template')].map(({ name, text }) =>
      readIndexTemplate(name, JSON.parse(text) as Json),
    );
    return this.#composable;
  }
}

function fits({ patterns }: { patterns: readonly string[] }, index: string): boolean {
  return patterns.some((pattern) => fitsPattern(pattern, index));
}

function isNotEmpty(value: Json): boolean {
  return Object.keys(value).length > 0;
}

/** Whether a name could fit both. */
function mayShare(one: string, other: string): boolean {
  // Row by row: whether what is left of both can still be the same.
  let row: boolean[] = new Array(other.length + 1).fill(false);
  for (let i = one.length; i >= 0; i--) {
    const next: boolean[] = new Array(other.length + 1).fill(false);
    for (let j = other.length; j >= 0; j--) {
      if (i === one.length && j === other.length) next[j] = true;
      else if (one[i] === '*' || other[j] === '*') {
        next[j] = (i < one.length && row[j]!) || (j < other.length && next[j + 1]!);
      } else next[j] = i < one.length && one[i] === other[j] && row[j + 1]!;
    }
    row = next;
  }
  return row[0]!;
}
