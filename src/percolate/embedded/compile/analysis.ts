import { analyzerNamed } from '../../../mapping/analyzers/named.ts';
import { analyzeStandard, type Token } from '../../../mapping/standard-analyzer.ts';

/** The tokens that a built-in analyzer makes of a text. */
export function analyze(analyzer: string, text: string): readonly Token[] {
  return analyzerNamed(analyzer)?.analyze(text) ?? analyzeStandard(text);
}

/** Whether an analyzer lowers the letters of patterns and bounds in query strings. */
export function isLowered(analyzer: string): boolean {
  return analyzer !== 'keyword' && analyzer !== 'whitespace';
}
