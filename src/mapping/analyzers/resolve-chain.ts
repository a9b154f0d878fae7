import type { ChainSettings } from './chain.ts';
import { CHAR_FILTERS } from './char-filters/char-filter-table.ts';
import { FILTERS, NAMED_FILTERS, OTHER_FILTERS } from './filters/filter-table.ts';
import {
  badSetting,
  type Parameters,
  type PartSettings,
  plainSettings,
  readList,
  UnsupportedPart,
} from './part-settings.ts';
import { OTHER_TOKENIZERS, TOKENIZERS } from './tokenizers/tokenizer-table.ts';

/** The sections of `settings.analysis` that define parts of chains, by name. */
export interface AnalysisParts {
  readonly char_filter: Readonly<Record<string, unknown>>;
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly filter: Readonly<Record<string, unknown>>;
}

interface Spec {
  readonly parameters: Parameters;
  readonly needsSettings?: true;
}

interface Section {
  readonly table: Readonly<Record<string, Spec>>;
  readonly named: Readonly<Record<string, PartSettings>>;
  readonly others: ReadonlySet<string>;
}

const SECTIONS: Readonly<Record<keyof AnalysisParts, Section>> = {
  char_filter: { table: CHAR_FILTERS, named: {}, others: new Set() },
  tokenizer: { table: TOKENIZERS, named: {}, others: OTHER_TOKENIZERS },
  filter: { table: FILTERS, named: NAMED_FILTERS, others: OTHER_FILTERS },
};

/**
 * A chain of an index's settings with all that its parts mean.
 * @param own name and settings of the analyzer, or (without a tokenizer) of the normalizer
 * @throws EstromError BAD_REQUEST with Elasticsearch's reason, or {@link UnsupportedPart}
 */
export function resolveChain(
  name: string,
  own: PartSettings,
  parts: AnalysisParts,
  what: 'analyzer' | 'normalizer' = 'analyzer',
): ChainSettings {
  const tokenizer = own['tokenizer'];
  if (what === 'analyzer' && typeof tokenizer !== 'string') {
    throw badSetting(`analyzer [${name}] must be configured with a tokenizer`);
  }
  const resolve = (section: keyof AnalysisParts, part: string): PartSettings =>
    partOf(section, part, parts, `Custom ${titled(what)} [${name}]`);
  return {
    char_filter: namesIn(own['char_filter']).map((part) => resolve('char_filter', part)),
    tokenizer: what === 'normalizer' ? null : resolve('tokenizer', String(tokenizer)),
    filter: namesIn(own['filter']).map((part) => resolve('filter', part)),
  };
}

function partOf(
  section: keyof AnalysisParts,
  name: string,
  parts: AnalysisParts,
  who: string,
): PartSettings {
  const { table, named, others } = SECTIONS[section];
  const own = parts[section][name];
  if (own !== undefined) return definedPart(section, name, own as PartSettings, parts);
  if (Object.hasOwn(named, name)) return named[name]!;
  if (Object.hasOwn(table, name) && table[name]!.needsSettings !== true) {
    return plainSettings(name, table[name]!.parameters, {});
  }
  if (others.has(name)) throw new UnsupportedPart(`${section} [${name}]`);
  throw badSetting(`${who} failed to find ${section} under name [${name}]`);
}

/** A part that the settings define. */
export function definedPart(
  section: keyof AnalysisParts,
  name: string,
  own: PartSettings,
  parts: AnalysisParts,
): PartSettings {
  const { table, others } = SECTIONS[section];
  const type = own['type'];
  if (typeof type !== 'string')
    throw badSetting(`${section} [${name}] must specify either an analyzer type, or a tokenizer`);
  if (section === 'filter' && type === 'multiplexer') return multiplexer(own, parts);
  if (Object.hasOwn(table, type)) return plainSettings(type, table[type]!.parameters, own);
  if (others.has(type)) throw new UnsupportedPart(`${section} of type [${type}]`);
  throw badSetting(`Unknown ${section} type [${type}] for [${name}]`);
}

function multiplexer(own: PartSettings, parts: AnalysisParts): PartSettings {
  const chains = readList(own['filters'] ?? []).map((names) =>
    namesIn(names).map((name) => partOf('filter', name, parts, 'Multiplexing filter')),
  );
  return plainSettings('multiplexer', FILTERS['multiplexer']!.parameters, {
    ...own,
    filters: chains,
  });
}

function titled(what: string): string {
  return what === 'analyzer' ? 'Analyzer' : 'Normalizer';
}

/** A list of names, or their text with commas between them. */
export function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' && value !== ''
    ? value.split(',').map((name) => name.trim())
    : [];
}
