import { EstromError } from '../../../errors.ts';
import { ANALYZER_NAMES, analyzerNamed } from '../../../mapping/analyzers/named.ts';
import { analyzeStandard, lowerCase, type Token } from '../../../mapping/standard-analyzer.ts';

/** The tokens that a built-in analyzer makes of a text. */
export function analyze(analyzer: string, text: string): readonly Token[] {
  return tokensOf(() => analyzerNamed(analyzer)?.analyze(text) ?? analyzeStandard(text));
}

/** The same with the positions that tokens take up, also where most queries do not look at these. */
export function analyzeWhole(analyzer: string, text: string): readonly Token[] {
  return tokensOf(() => analyzerNamed(analyzer)?.whole?.(text).tokens ?? analyze(analyzer, text));
}

function tokensOf(read: () => readonly Token[]): readonly Token[] {
  try {
    return read();
  } catch (error) {
    // It becomes too much.
    if (error instanceof EstromError) return [];
    throw error;
  }
}

/** What an index means by an analyzer that it does not define; undefined for none. */
export function builtInMeaning(name: string): string | undefined {
  if (name === 'default') return 'standard';
  return ANALYZER_NAMES.includes(name) ? name : undefined;
}

/** What an analyzer makes of a part of a pattern, or of a bound, in query strings: it is not cut into tokens. */
export function normalized(analyzer: string, text: string): string {
  try {
    return analyzerNamed(analyzer)?.normalize(text) ?? lowerCase(text);
  } catch (error) {
    if (error instanceof EstromError) return text;
    throw error;
  }
}
