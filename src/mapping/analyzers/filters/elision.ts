import { lowerCase } from '../../standard-analyzer.ts';
import { badSetting, flag, list } from '../part-settings.ts';
import { mapTexts } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

/** Takes articles and other words away that an apostrophe joins to the next one. */
export const elision: FilterSpec = {
  parameters: { articles: list(), articles_case: flag(false) },
  normalizes: true,
  build({ articles, articles_case: ignoresCase }) {
    if (articles === undefined)
      throw badSetting('elision filter requires [articles] or [articles_path] setting');
    const own = articles as readonly string[];
    const words = new Set(ignoresCase === true ? own.map(lowerCase) : own);
    return {
      filter: (stream) =>
        mapTexts(stream, (word) => {
          const at = word.search(/['\u2019]/);
          if (at < 0) return word;
          const before = word.slice(0, at);
          return words.has(ignoresCase === true ? lowerCase(before) : before)
            ? word.slice(at + 1)
            : word;
        }),
    };
  },
};

/** What the filter takes away where it has a name and no settings. */
export const FRENCH_ARTICLES: readonly string[] =
  'l m t qu n s j d c jusqu quoiqu lorsqu puisqu'.split(' ');
