import { makeNegations } from '../presearch/negations.ts';
import { makePatterns } from '../presearch/patterns.ts';
import { makeRanges } from '../presearch/ranges.ts';
import { makeWorkload, type Workload } from '../workload.ts';
import { makeGeo } from './geo.ts';
import { makeLogMix } from './log-mix.ts';
import { makeOrLists } from './or-lists.ts';
import { makePhrases } from './phrases.ts';
import { makeRegexps } from './regexps.ts';
import { makeUniform } from './uniform.ts';

/** Makers of workloads by the kind of their queries. */
export const KINDS = {
  /** `a:foo AND b:bar`, Zipf-distributed words. */
  fields: (count: number) => makeWorkload(count, false),
  /** `foo AND bar` over 20 dynamic fields, the same words. */
  'any field': (count: number) => makeWorkload(count, true),
  /** `a:foo AND b:bar`, all words alike. */
  uniform: makeUniform,
  'or lists': makeOrLists,
  phrases: makePhrases,
  ranges: makeRanges,
  prefixes: (count: number) => makePatterns(count, 'prefixes'),
  wildcards: (count: number) => makePatterns(count, 'wildcards'),
  negations: makeNegations,
  regexps: makeRegexps,
  geo: makeGeo,
  'log mix': makeLogMix,
} as const satisfies Readonly<Record<string, (count: number) => Workload>>;

export type Kind = keyof typeof KINDS;

export const SIZES: Readonly<Record<string, number>> = {
  '1k': 1000,
  '10k': 10_000,
  '100k': 100_000,
  '1M': 1_000_000,
};

/** A case's name is its kind and size: `or lists 10k`. */
export function workloadOf(name: string): Workload {
  const at = name.lastIndexOf(' ');
  return KINDS[name.slice(0, at) as Kind](SIZES[name.slice(at + 1)]!);
}
