import type { CharFilterSpec } from './char-filter.ts';

/** Char filters by type; those that need no settings may be used by that name as well. */
export const CHAR_FILTERS: Readonly<Record<string, CharFilterSpec>> = {};
