import type { CharFilterSpec } from './char-filter.ts';
import { htmlStrip } from './html-strip.ts';
import { mapping } from './mapping.ts';
import { patternReplace } from './pattern-replace.ts';

/** Char filters by type; those that need no settings may be used by that name as well. */
export const CHAR_FILTERS: Readonly<Record<string, CharFilterSpec>> = {
  html_strip: htmlStrip,
  mapping,
  pattern_replace: patternReplace,
};
