import { JavaPattern } from '../java-regexp/java-pattern.ts';
import { badSetting, flag, list, text } from '../part-settings.ts';
import { mapTexts } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

/** Replaces what a pattern matches in each token. */
export const patternReplace: FilterSpec = {
  parameters: { pattern: text(), flags: text(''), replacement: text(''), all: flag(true) },
  needsSettings: true,
  build(settings) {
    const source = settings['pattern'] as string | undefined;
    if (source === undefined)
      throw badSetting('pattern is missing for [pattern_replace] token filter');
    const pattern = new JavaPattern(source, settings['flags'] as string);
    const replacement = pattern.readReplacement(settings['replacement'] as string);
    const all = settings['all'] === true;
    return {
      filter: (stream) => mapTexts(stream, (word) => pattern.replace(word, replacement, all)),
    };
  },
};

interface Capture {
  readonly start: number;
  readonly end: number;
}

/** What the groups of some patterns capture, as tokens at the position of the whole. */
export const patternCapture: FilterSpec = {
  parameters: { patterns: list(), preserve_original: flag(true) },
  needsSettings: true,
  build(settings) {
    const sources = settings['patterns'] as readonly string[] | undefined;
    if (sources === undefined)
      throw badSetting('required setting [patterns] is missing for token filter');
    const patterns = sources.map((source) => new JavaPattern(source));
    const preserves = settings['preserve_original'] === true;
    return {
      filter(stream) {
        for (const token of stream.take()) {
          const { text: word } = token;
          const captures = capturesOf(patterns, word);
          const isWhole = captures[0]?.start === 0 && captures[0].end === word.length;
          const parts = preserves && isWhole ? captures.slice(1) : captures;
          const texts = parts.map(({ start, end }) => word.slice(start, end));
          if (preserves || texts.length === 0) texts.unshift(word);
          texts.forEach((part, number) => {
            stream.push({ ...token, text: part, increment: number === 0 ? token.increment : 0 });
          });
        }
        return stream;
      },
    };
  },
};

/** Those of all patterns, by where they begin; at one place, as the patterns are given. */
function capturesOf(patterns: readonly JavaPattern[], word: string): Capture[] {
  const all: Capture[] = [];
  for (const pattern of patterns) {
    pattern.forEach(word, (found) => {
      for (let group = 1; group <= pattern.groups; group += 1) {
        const [start, end] = [found[group * 2]!, found[group * 2 + 1]!];
        if (end > start && !(start === 0 && end === word.length)) all.push({ start, end });
      }
    });
  }
  return all.sort((a, b) => a.start - b.start);
}
