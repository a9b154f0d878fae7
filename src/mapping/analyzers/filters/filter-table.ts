import type { PartSettings } from '../part-settings.ts';
import { lowercase, uppercase } from './case.ts';
import { stop } from './stop.ts';
import type { FilterSpec } from './token-filter.ts';

/**
 * Token filters by type. Each may be used by that name as well, without settings, but for those that need
 * settings and those that {@link NAMED_FILTERS} has with others.
 */
export const FILTERS: Readonly<Record<string, FilterSpec>> = {
  lowercase,
  stop,
  uppercase,
};

/** What filters are that have a name without being defined by settings, where that is no type's default. */
export const NAMED_FILTERS: Readonly<Record<string, PartSettings>> = {};

/** Types that Elasticsearch has and estrom has not, and names of filters. */
export const OTHER_FILTERS: ReadonlySet<string> = new Set(['hunspell']);
