import { EstromError } from '../../errors.ts';
import { usualChain } from '../analyzers/chain-names.ts';
import { LANGUAGE_NAMES } from '../analyzers/languages.ts';
import { analyzerText, chainText, settingsIn } from '../analyzers/named.ts';
import { type AnalysisParts, namesIn, resolveChain } from '../analyzers/resolve-chain.ts';
import { isObject, type Json } from './json.ts';

/** Analyzers of Elasticsearch that need no settings; those that estrom has as well are in {@link KNOWN}. */
export const BUILT_IN_ANALYZERS: ReadonlySet<string> = new Set([
  ...['standard', 'simple', 'whitespace', 'keyword', 'stop', 'pattern', 'fingerprint', 'snowball'],
  ...['arabic', 'armenian', 'basque', 'bengali', 'brazilian', 'bulgarian', 'catalan', 'chinese'],
  ...['cjk', 'czech', 'danish', 'dutch', 'english', 'estonian', 'finnish', 'french', 'galician'],
  ...['german', 'greek', 'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'latvian'],
  ...['lithuanian', 'norwegian', 'persian', 'portuguese', 'romanian', 'russian', 'sorani'],
  ...['spanish', 'swedish', 'thai', 'turkish'],
]);

/** Analyzers that estrom has. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['standard', 'simple', 'whitespace', 'keyword', 'stop', 'english', 'chinese', 'snowball'],
  ...LANGUAGE_NAMES,
]);

const SIMILARITIES: ReadonlySet<string> = new Set(['BM25', 'boolean']);

/** The analyzers, normalizers and similarities of an index: those of its settings, and the built-in ones. */
export class IndexAnalysis {
  readonly #analyzers: Json;
  readonly #normalizers: Json;
  readonly #similarities: Json;
  readonly #parts: AnalysisParts;

  /** @param settings what is below `index`, nested; see `normal-settings.ts` */
  constructor(settings: Json = {}) {
    const analysis = isObject(settings['analysis']) ? settings['analysis'] : {};
    const part = (of: Json, name: string): Json => (isObject(of[name]) ? of[name] : {});
    this.#analyzers = part(analysis, 'analyzer');
    this.#normalizers = part(analysis, 'normalizer');
    this.#similarities = part(settings, 'similarity');
    this.#parts = {
      char_filter: part(analysis, 'char_filter'),
      tokenizer: part(analysis, 'tokenizer'),
      filter: part(analysis, 'filter'),
    };
  }

  hasAnalyzer(name: string): boolean {
    if (name === 'default' || Object.hasOwn(this.#analyzers, name)) return true;
    return BUILT_IN_ANALYZERS.has(name) || textOf(name) !== undefined;
  }

  /** What the analyzers of the settings mean, by name: as {@link meaningOf}, null where estrom has none such. */
  get own(): Readonly<Record<string, string | null>> {
    const names = Object.keys(this.#analyzers);
    return Object.fromEntries(names.map((name) => [name, this.meaningOf(name) ?? null]));
  }

  hasNormalizer(name: string): boolean {
    return name === 'lowercase' || Object.hasOwn(this.#normalizers, name);
  }

  hasSimilarity(name: string): boolean {
    return SIMILARITIES.has(name) || Object.hasOwn(this.#similarities, name);
  }

  /** The name of the default search analyzer, where the settings have one. */
  get defaultSearch(): string | undefined {
    return Object.hasOwn(this.#analyzers, 'default_search') ? 'default_search' : undefined;
  }

  /** The name of a built-in analyzer, or its text with parameters; undefined when estrom has none such. */
  meaningOf(name: string): string | undefined {
    const own = this.#analyzers[name];
    if (isObject(own)) return meaningOfOwn(name, own, this.#parts);
    if (name === 'default') return 'standard';
    return KNOWN.has(name) ? name : textOf(name);
  }

  /** `lowercase`, or null for one that changes nothing; undefined when estrom has none such. */
  meaningOfNormalizer(name: string): 'lowercase' | null | undefined {
    const own = this.#normalizers[name];
    if (!isObject(own)) return name === 'lowercase' ? 'lowercase' : undefined;
    if (own['type'] === 'lowercase') return 'lowercase';
    if (namesIn(own['char_filter']).length > 0) return undefined;
    const filters = namesIn(own['filter']);
    if (filters.length === 0) return null;
    return filters.every((filter) => filter === 'lowercase') ? 'lowercase' : undefined;
  }
}

function meaningOfOwn(name: string, own: Json, parts: AnalysisParts): string | undefined {
  const type = own['type'] ?? 'custom';
  if (type === 'custom') {
    try {
      const chain = resolveChain(name, own, parts);
      const usual = usualChain(chain);
      return usual === undefined ? chainText(chain) : analyzerText(usual);
    } catch (error) {
      if (error instanceof EstromError) return undefined;
      throw error;
    }
  }
  if (typeof type !== 'string' || !KNOWN.has(type)) return undefined;
  // Elsewhere Elasticsearch has no use for it.
  const { max_token_length: _, ...others } = own;
  return analyzerText({ ...(type === 'standard' ? own : others), type });
}

/** Fields that documents brought are kept with what their analyzer means. */
function textOf(name: string): string | undefined {
  const settings = name.includes('{') ? settingsIn(name) : null;
  return settings === null ? undefined : analyzerText(settings);
}
