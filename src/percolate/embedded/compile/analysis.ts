import { ANALYZER_NAMES, analyzerNamed } from '../../../mapping/analyzers/named.ts';
import { analyzeStandard, type Token } from '../../../mapping/standard-analyzer.ts';

/** The tokens that a built-in analyzer makes of a text. */
export function analyze(analyzer: string, text: string): readonly Token[] {
  return analyzerNamed(analyzer)?.analyze(text) ?? analyzeStandard(text);
}

/** What an index means by an analyzer that it does not define; undefined for none. */
export function builtInMeaning(name: string): string | undefined {
  if (name === 'default') return 'standard';
  return ANALYZER_NAMES.includes(name) ? name : undefined;
}

/** Whether an analyzer lowers the letters of patterns and bounds in query strings. */
export function isLowered(analyzer: string): boolean {
  return analyzer !== 'keyword' && analyzer !== 'whitespace';
}
