import type { ChainSettings } from './chain.ts';
import { CHAR_FILTERS } from './char-filters/char-filter-table.ts';
import { FILTERS, NAMED_FILTERS, OTHER_FILTERS } from './filters/filter-table.ts';
import type { FilterContext } from './filters/token-filter.ts';
import {
  badSetting,
  type Parameters,
  type PartSettings,
  plainSettings,
  readList,
  readSettings,
  UnsupportedPart,
} from './part-settings.ts';
import { OTHER_TOKENIZERS, TOKENIZERS } from './tokenizers/tokenizer-table.ts';

/** The sections of `settings.analysis` that define parts of chains, by name. */
export interface AnalysisParts {
  readonly char_filter: Readonly<Record<string, unknown>>;
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly filter: Readonly<Record<string, unknown>>;
  /** Settings of the index that bound how many tokens parts make. */
  readonly limits?: { readonly max_ngram_diff: number; readonly max_shingle_diff: number };
}

export type SectionName = 'char_filter' | 'tokenizer' | 'filter';

interface Spec {
  readonly parameters: Parameters;
  readonly needsSettings?: true;
}

interface Section {
  readonly table: Readonly<Record<string, Spec>>;
  readonly named: Readonly<Record<string, PartSettings>>;
  readonly others: ReadonlySet<string>;
}

const SECTIONS: Readonly<Record<SectionName, Section>> = {
  char_filter: { table: CHAR_FILTERS, named: {}, others: new Set() },
  tokenizer: { table: TOKENIZERS, named: {}, others: OTHER_TOKENIZERS },
  filter: { table: FILTERS, named: NAMED_FILTERS, others: OTHER_FILTERS },
};

/**
 * A chain of an index's settings with all that its parts mean.
 * @throws EstromError BAD_REQUEST with Elasticsearch's reason, or {@link UnsupportedPart}
 */
export function resolveChain(name: string, own: PartSettings, parts: AnalysisParts): ChainSettings {
  const tokenizer = own['tokenizer'];
  if (typeof tokenizer !== 'string') {
    throw badSetting(`analyzer [${name}] must be configured with a tokenizer`);
  }
  const resolve = (section: SectionName, part: string): PartSettings =>
    partOf(section, part, parts, `Custom Analyzer [${name}]`);
  return {
    char_filter: namesIn(own['char_filter']).map((part) => resolve('char_filter', part)),
    tokenizer: resolve('tokenizer', tokenizer),
    filter: namesIn(own['filter']).map((part) => resolve('filter', part)),
  };
}

/** The same of a normalizer, in which only parts that leave a text whole may be. */
export function resolveNormalizer(
  name: string,
  own: PartSettings,
  parts: AnalysisParts,
): ChainSettings {
  const who = `Custom normalizer [${name}]`;
  if (own['tokenizer'] !== undefined) throw badSetting(`${who} cannot configure a tokenizer`);
  const resolve = (section: 'char_filter' | 'filter', part: string): PartSettings => {
    const settings = partOf(section, part, parts, `Custom Analyzer [${name}]`);
    if (!normalizes(section, settings)) {
      throw badSetting(`${who} may not use ${section} [${part}]`);
    }
    return settings;
  };
  return {
    char_filter: namesIn(own['char_filter']).map((part) => resolve('char_filter', part)),
    tokenizer: null,
    filter: namesIn(own['filter']).map((part) => resolve('filter', part)),
  };
}

function partOf(
  section: SectionName,
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
  if (others.has(name) || isOfPlugin(name)) throw new UnsupportedPart(`${section} [${name}]`);
  throw badSetting(`${who} failed to find ${section} under name [${name}]`);
}

/** What is known of a part's name; one that estrom lacks is `there`, too, and {@link namedPart} refuses it. */
export type PartKind = 'there' | 'needs settings' | 'unknown';

export function kindOfPart(section: SectionName, name: string, parts: AnalysisParts): PartKind {
  const { table, named, others } = SECTIONS[section];
  if (Object.hasOwn(parts[section], name) || Object.hasOwn(named, name)) return 'there';
  if (Object.hasOwn(table, name)) {
    return table[name]!.needsSettings === true ? 'needs settings' : 'there';
  }
  return others.has(name) || isOfPlugin(name) ? 'there' : 'unknown';
}

/** The part of that name: one of the settings, or a built-in one. */
export function namedPart(section: SectionName, name: string, parts: AnalysisParts): PartSettings {
  return partOf(section, name, parts, 'Custom Analyzer');
}

/** Whether normalizers may have the part. */
export function normalizes(section: 'char_filter' | 'filter', { type }: PartSettings): boolean {
  const table = section === 'filter' ? FILTERS : CHAR_FILTERS;
  return table[String(type)]?.normalizes !== undefined;
}

/** A part that the settings define. */
export function definedPart(
  section: SectionName,
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
  if (others.has(type) || isOfPlugin(type)) {
    throw new UnsupportedPart(`${section} of type [${type}]`);
  }
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

const PLUGINS = /^(?:icu|kuromoji|nori|smartcn|polish|ukrainian|phonetic|stempel|ja)(?:_|$)/;

/** Whether a plugin of Elasticsearch brings the type: what a server without it would refuse is taken. */
export function isOfPlugin(type: string): boolean {
  return PLUGINS.test(type);
}

/** Builds a part as the settings define it, to see whether it can be. */
export function checkPart(
  section: SectionName,
  name: string,
  own: unknown,
  parts: AnalysisParts,
): void {
  if (typeof own !== 'object' || own === null) return;
  const settings = definedPart(section, name, own as PartSettings, parts);
  const spec: Spec & { build(settings: PartSettings, context: FilterContext): unknown } = SECTIONS[
    section
  ].table[String(settings['type'])]! as never;
  const read = readSettings(spec.parameters, settings);
  const context: FilterContext = {
    filterOf: () => ({ filter: (stream) => stream }),
    before: undefined,
  };
  spec.build(read, context);
  if (parts.limits !== undefined)
    checkLimits(section, read, String(settings['type']), parts.limits);
}

function checkLimits(
  section: SectionName,
  read: PartSettings,
  type: string,
  limits: NonNullable<AnalysisParts['limits']>,
): void {
  if (type === 'ngram' || type === 'nGram') {
    const diff = (read['max_gram'] as number) - (read['min_gram'] as number);
    if (diff <= limits.max_ngram_diff) return;
    throw badSetting(
      `The difference between max_gram and min_gram in NGram Tokenizer must be less than or equal to: [${limits.max_ngram_diff}] but was [${diff}]. This limit can be set by changing the [index.max_ngram_diff] index level setting.`,
    );
  }
  if (section !== 'filter' || type !== 'shingle') return;
  const unigrams = read['output_unigrams'] === true ? 1 : 0;
  const diff =
    (read['max_shingle_size'] as number) - (read['min_shingle_size'] as number) + unigrams;
  if (diff <= limits.max_shingle_diff) return;
  throw badSetting(
    `In Shingle TokenFilter the difference between max_shingle_size and min_shingle_size (and +1 if outputting unigrams) must be less than or equal to: [${limits.max_shingle_diff}] but was [${diff}]. This limit can be set by changing the [index.max_shingle_diff] index level setting.`,
  );
}

/** A list of names, or their text with commas between them. */
export function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' && value !== ''
    ? value.split(',').map((name) => name.trim())
    : [];
}
