import { EstromError } from '../../errors.ts';
import { BUILT_CHAINS } from '../analyzers/built-chains.ts';
import { usualChain } from '../analyzers/chain-names.ts';
import { LANGUAGE_NAMES } from '../analyzers/languages.ts';
import { analyzerOf, analyzerText, chainText, settingsIn } from '../analyzers/named.ts';
import { badSetting } from '../analyzers/part-settings.ts';
import {
  type AnalysisParts,
  checkPart,
  isOfPlugin,
  resolveChain,
  resolveNormalizer,
} from '../analyzers/resolve-chain.ts';
import { POSITION_GAP } from '../field-type.ts';
import { isObject, type Json } from './json.ts';
import { settingAt } from './normal-settings.ts';

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
  ...Object.keys(BUILT_CHAINS),
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
      limits: {
        max_ngram_diff: Number(settingAt(settings, 'max_ngram_diff') ?? 1),
        max_shingle_diff: Number(settingAt(settings, 'max_shingle_diff') ?? 3),
      },
    };
  }

  /** The parts that its settings define, for chains that are not among them. */
  get parts(): AnalysisParts {
    return this.#parts;
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

  /**
   * Why {@link meaningOf} has nothing for a name: what of its settings estrom lacks, in a sentence for
   * people. Undefined where the name alone says it.
   */
  lackOf(name: string): string | undefined {
    const own = this.#analyzers[name];
    if (!isObject(own)) return undefined;
    const type = String(own['type'] ?? 'custom');
    if (type !== 'custom' && !KNOWN.has(type)) return `type [${type}] is not supported`;
    return refusalOf(() => {
      if (type === 'custom') chainText(resolveChain(name, own, this.#parts));
      else if (Object.hasOwn(BUILT_CHAINS, type)) chainText(BUILT_CHAINS[type]!(own));
      else analyzerOf({ ...own, type });
    });
  }

  /** The same of {@link meaningOfNormalizer}. */
  lackOfNormalizer(name: string): string | undefined {
    const own = this.#normalizers[name];
    return isObject(own) ? refusalOf(() => this.#normalizer(name, own)) : undefined;
  }

  /** Positions between two values, where the settings of an analyzer say so. */
  gapOf(name: string): number | undefined {
    const own = this.#analyzers[name];
    if (!isObject(own) || (own['type'] ?? 'custom') !== 'custom') return undefined;
    const gap = Number(own['position_increment_gap'] ?? POSITION_GAP);
    return Number.isInteger(gap) && gap >= 0 && gap !== POSITION_GAP ? gap : undefined;
  }

  /**
   * `lowercase`, or the text of a chain; null for one that changes nothing, undefined when estrom has
   * none such.
   */
  meaningOfNormalizer(name: string): string | null | undefined {
    const own = this.#normalizers[name];
    if (!isObject(own)) {
      if (name === 'lowercase') return 'lowercase';
      return name.includes('{') ? textOf(name) : undefined;
    }
    try {
      return this.#normalizer(name, own);
    } catch (error) {
      if (error instanceof EstromError) return undefined;
      throw error;
    }
  }

  #normalizer(name: string, own: Json): string | null {
    const type = own['type'] ?? 'custom';
    if (type === 'lowercase') return 'lowercase';
    if (type !== 'custom') throw badSetting(`Unknown normalizer type [${type}] for [${name}]`);
    const chain = resolveNormalizer(name, own, this.#parts);
    const { char_filter, filter } = chain;
    if (char_filter.length === 0 && filter.every((part) => isLowercase(part))) {
      return filter.length === 0 ? null : 'lowercase';
    }
    return chainText(chain);
  }

  /** What the settings define, each to be looked at: it throws for what Elasticsearch, or estrom, refuses. */
  get checks(): readonly (() => void)[] {
    const parts = (['char_filter', 'tokenizer', 'filter'] as const).flatMap((section) =>
      Object.entries(this.#parts[section]).map(
        ([name, own]) =>
          () =>
            checkPart(section, name, own, this.#parts),
      ),
    );
    const analyzers = Object.entries(this.#analyzers).map(
      ([name, own]) =>
        () =>
          checkAnalyzer(name, own, this.#parts),
    );
    const normalizers = Object.entries(this.#normalizers).map(
      ([name, own]) =>
        () =>
          this.#normalizer(name, isObject(own) ? own : {}),
    );
    return [...parts, ...analyzers, ...normalizers];
  }
}

/** What is wrong with settings, in the words of who refuses them. */
function refusalOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof EstromError) return error.message;
    throw error;
  }
}

function isLowercase(part: Json): boolean {
  return part['type'] === 'lowercase' && part['language'] === undefined;
}

function checkAnalyzer(name: string, own: unknown, parts: AnalysisParts): void {
  if (!isObject(own)) return;
  const type = own['type'];
  if (type === undefined && own['tokenizer'] === undefined) {
    throw badSetting(`analyzer [${name}] must specify either an analyzer type, or a tokenizer`);
  }
  if (type === undefined || type === 'custom') chainText(resolveChain(name, own, parts));
  else if (Object.hasOwn(BUILT_CHAINS, String(type))) chainText(BUILT_CHAINS[String(type)]!(own));
  else if (!BUILT_IN_ANALYZERS.has(String(type)) && !isOfPlugin(String(type))) {
    throw badSetting(`Unknown analyzer type [${String(type)}] for [${name}]`);
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
