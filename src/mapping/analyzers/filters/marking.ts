import { lowerCase } from '../../standard-analyzer.ts';
import { JavaPattern } from '../java-regexp/java-pattern.ts';
import { badSetting, flag, list, text } from '../part-settings.ts';
import type { FilterSpec } from './token-filter.ts';

/** Marks words, which then are not stemmed. */
export const keywordMarker: FilterSpec = {
  needsSettings: true,
  parameters: { keywords: list(), keywords_pattern: text(), ignore_case: flag(false) },
  build({ keywords, keywords_pattern: pattern, ignore_case: ignoresCase }) {
    if (pattern !== undefined && keywords !== undefined) {
      throw badSetting('cannot specify both `keywords_pattern` and `keywords` or `keywords_path`');
    }
    const isMarked =
      pattern === undefined
        ? inWords(keywords as readonly string[] | undefined, ignoresCase as boolean)
        : matching(pattern as string);
    return {
      filter(stream) {
        for (const token of stream.tokens) if (isMarked(token.text)) token.keyword = true;
        return stream;
      },
    };
  },
};

function inWords(
  keywords: readonly string[] | undefined,
  ignoresCase: boolean,
): (word: string) => boolean {
  if (keywords === undefined) {
    throw badSetting(
      'keyword filter requires either `keywords`, `keywords_path`, or `keywords_pattern` to be configured',
    );
  }
  const words = new Set(ignoresCase ? keywords.map(lowerCase) : keywords);
  return (word) => words.has(ignoresCase ? lowerCase(word) : word);
}

function matching(pattern: string): (word: string) => boolean {
  const whole = new JavaPattern(`\\A(?:${pattern})\\z`);
  return (word) => {
    whole.begin(word);
    return whole.find(0) !== null;
  };
}

/** Words with stems of their own: rules such as `running, runs => run`. */
export const stemmerOverride: FilterSpec = {
  needsSettings: true,
  parameters: { rules: list() },
  build({ rules }) {
    if (rules === undefined)
      throw badSetting(
        'stemmer override filter requires either `rules` or `rules_path` to be configured',
      );
    const stems = new Map<string, string>();
    for (const rule of rules as readonly string[]) addRule(stems, rule);
    return {
      filter(stream) {
        for (const token of stream.tokens) {
          const stem = token.keyword ? undefined : stems.get(token.text);
          if (stem === undefined) continue;
          token.text = stem;
          token.keyword = true;
        }
        return stream;
      },
    };
  },
};

/** The first rule for a word holds. */
function addRule(stems: Map<string, string>, rule: string): void {
  const bad = (): Error => badSetting(`Invalid Keyword override Rule:${rule}`);
  const sides = rule.split('=>');
  if (sides.length !== 2) throw bad();
  const stem = sides[1]!.trim();
  if (stem === '' || stem.includes(',')) throw bad();
  for (const each of sides[0]!.split(',')) {
    const word = each.trim();
    if (word === '') throw bad();
    if (!stems.has(word)) stems.set(word, stem);
  }
}
