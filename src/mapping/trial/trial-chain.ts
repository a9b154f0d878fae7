import { EstromError } from '../../errors.ts';
import { buildChain, type Chain, type ChainSettings } from '../analyzers/chain.ts';
import { fullChain } from '../analyzers/full-chain.ts';
import { badSetting, type PartSettings } from '../analyzers/part-settings.ts';
import {
  checkPart,
  definedPart,
  kindOfPart,
  namedPart,
  normalizes,
  type PartKind,
  type SectionName,
} from '../analyzers/resolve-chain.ts';
import { IndexAnalysis } from '../explicit/index-analysis.ts';
import type { Json } from '../explicit/json.ts';
import { normalSettings } from '../explicit/normal-settings.ts';
import { POSITION_GAP } from '../field-type.ts';
import type { TrialPart, TrialRequest } from './trial-request.ts';
import type { TriedField } from './tried-field.ts';

/** An index whose analyzers are tried: plain data, for another thread. */
export interface TrialIndex {
  readonly settings: Json;
  /** The field that was asked for; undefined for one that is not mapped, which is read as by the default analyzer. */
  readonly field: TriedField | undefined;
}

/** What texts go through. */
export interface TrialChain {
  readonly chain: Chain;
  /** Positions between two texts. */
  readonly gap: number;
}

/**
 * The chain that a request names or defines.
 * @throws EstromError BAD_REQUEST with Elasticsearch's reason, BAD_MAPPING for what estrom has not
 */
export function trialChain(request: TrialRequest, index: TrialIndex | undefined): TrialChain {
  const analysis = new IndexAnalysis(index?.settings);
  const trial = new Trial(analysis, index !== undefined);
  const { analyzer, field, normalizer, tokenizer, filter, char_filter } = request;
  if (analyzer !== undefined) return trial.ofAnalyzer(analyzer);
  if (normalizer !== undefined) return trial.ofNormalizer(normalizer);
  if (tokenizer !== undefined) return trial.ofParts(tokenizer, char_filter, filter);
  if (filter.length + char_filter.length > 0) return trial.ofFilters(char_filter, filter);
  if (field !== undefined && index === undefined) {
    throw badSetting('analysis based on a specific field requires an index');
  }
  const tried = index?.field;
  if (tried === undefined) return trial.ofAnalyzer(index === undefined ? 'standard' : 'default');
  if (tried.is === 'text') {
    const found = trial.known(tried.analyzer);
    return { ...found, gap: tried.gap ?? found.gap };
  }
  return tried.normalizer === undefined
    ? { ...trial.known('keyword'), gap: 0 }
    : trial.ofNormalizer(tried.normalizer);
}

/** Finds chains among what an index, or Elasticsearch, has by name. */
class Trial {
  readonly #analysis: IndexAnalysis;
  readonly #hasIndex: boolean;

  constructor(analysis: IndexAnalysis, hasIndex: boolean) {
    this.#analysis = analysis;
    this.#hasIndex = hasIndex;
  }

  ofAnalyzer(name: string): TrialChain {
    // Texts of analyzers are names for fields only.
    if (name.includes('{') || !this.#analysis.hasAnalyzer(name)) {
      throw badSetting(`failed to find ${this.#hasIndex ? '' : 'global '}analyzer [${name}]`);
    }
    return this.known(name);
  }

  known(name: string): TrialChain {
    const meaning = this.#analysis.meaningOf(name);
    const chain = meaning === undefined ? undefined : fullChain(meaning);
    if (chain === undefined) throw lacking('analyzer', name, this.#analysis.lackOf(name));
    const gap = this.#hasIndex ? (this.#analysis.gapOf(name) ?? POSITION_GAP) : 0;
    return { chain: buildChain(chain), gap };
  }

  ofNormalizer(name: string): TrialChain {
    if (!this.#analysis.hasNormalizer(name)) {
      throw badSetting(`failed to find normalizer under [${name}]`);
    }
    const meaning = this.#analysis.meaningOfNormalizer(name);
    if (meaning === undefined) {
      throw lacking('normalizer', name, this.#analysis.lackOfNormalizer(name));
    }
    const filter = meaning === 'lowercase' ? [{ type: 'lowercase' }] : [];
    const plain: ChainSettings = { char_filter: [], tokenizer: null, filter };
    const chain = meaning?.includes('{') ? fullChain(meaning)! : plain;
    return { chain: buildChain(chain), gap: 0 };
  }

  ofParts(
    tokenizer: TrialPart,
    charFilters: readonly TrialPart[],
    filters: readonly TrialPart[],
  ): TrialChain {
    const chain = buildChain({
      tokenizer: this.#part('tokenizer', tokenizer),
      char_filter: charFilters.map((part) => this.#part('char_filter', part)),
      filter: filters.map((part) => this.#part('filter', part)),
    });
    return { chain, gap: POSITION_GAP };
  }

  /** Without a tokenizer they are a normalizer, in which any char filter may be. */
  ofFilters(charFilters: readonly TrialPart[], filters: readonly TrialPart[]): TrialChain {
    const chain = buildChain({
      char_filter: charFilters.map((part) => this.#part('char_filter', part)),
      tokenizer: null,
      filter: filters.map((part) => this.#normalizing(part)),
    });
    return { chain, gap: POSITION_GAP };
  }

  #normalizing(given: TrialPart): PartSettings {
    const part = this.#part('filter', given);
    if (normalizes('filter', part)) return part;
    const name = typeof given === 'string' ? given : anonymous(given['type']);
    throw badSetting(`Custom normalizer may not use filter [${name}]`);
  }

  #part(section: SectionName, given: TrialPart): PartSettings {
    return typeof given === 'string' ? this.#named(section, given) : this.#defined(section, given);
  }

  #named(section: SectionName, name: string): PartSettings {
    const { parts } = this.#analysis;
    const kind: PartKind = kindOfPart(section, name, parts);
    if (kind === 'unknown') {
      throw badSetting(
        `failed to find ${this.#hasIndex ? '' : 'global '}${section} under [${name}]`,
      );
    }
    if (kind !== 'needs settings') return namedPart(section, name, parts);
    if (this.#hasIndex) return definedPart(section, name, { type: name }, parts);
    throw badSetting("Analysis settings required - can't instantiate analysis factory");
  }

  #defined(section: SectionName, given: Json): PartSettings {
    const { parts } = this.#analysis;
    const { type } = given;
    if (typeof type !== 'string') {
      const shown = JSON.stringify(given);
      throw badSetting(`Missing [type] setting for anonymous ${section}: ${shown}`);
    }
    if (kindOfPart(section, type, { ...parts, [section]: {} }) === 'unknown') {
      throw badSetting(`failed to find global ${section} under [${type}]`);
    }
    const own = normalSettings(given);
    // Filters of synonyms are built with what is before them only.
    checkPart(section, anonymous(type), own, parts);
    return definedPart(section, anonymous(type), own, parts);
  }
}

const anonymous = (type: unknown): string => `__anonymous__${String(type)}`;

function lacking(what: string, name: string, lack: string | undefined): EstromError {
  const why = lack === undefined ? '' : ` (${lack})`;
  return new EstromError('BAD_MAPPING', `${what} [${name}] is not supported${why}`);
}
