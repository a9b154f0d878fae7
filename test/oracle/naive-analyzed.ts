import { analyzerNamed } from '../../src/mapping/analyzers/named.ts';
import { analyzeStandard, lowerCase } from '../../src/mapping/standard-analyzer.ts';
import { editsFor } from '../../src/query/fuzziness.ts';
import type { BeginningLeaf, MatchLeaf } from '../../src/query/ir.ts';
import { minimumShouldMatch } from '../../src/query/minimum-should-match.ts';
import { naiveNear } from './naive-near.ts';
import { equals, type Type, tokensOf } from './naive-values.ts';

/** Whether one field's values have the words of a text that an analyzer reads, or near ones. */
export function naiveAnalyzed(leaf: MatchLeaf, type: Type, values: readonly unknown[]): boolean {
  const { text, analyzer, fuzzy, operator, minimum } = leaf;
  const isString = type === 'text' || type === 'keyword';
  if (fuzzy && !isString) return false;
  const whole = analyzer === undefined && type === 'keyword';
  const words = whole ? [text] : analyzed(text, analyzer).map((token) => token.text);
  const own = type === 'text' ? tokensOf(values as string[]).map((token) => token.text) : values;
  const has = (word: string): boolean =>
    own.some((value) => {
      if (!fuzzy) return type === 'text' ? value === word : equals(type, value, word);
      const near = { ...fuzzy, edits: editsFor(fuzzy.edits, word), normalize: false };
      const asked = { kind: 'fuzzy', field: null, text: word, ...near } as const;
      return naiveNear(asked, type as 'text' | 'keyword', value as string);
    });
  const found = words.filter(has).length;
  if (words.length === 0) return false;
  if (minimum !== undefined && words.length > 1) {
    return found >= Math.max(1, minimumShouldMatch(minimum, words.length, 'minimum'));
  }
  return operator === 'and' ? found === words.length : found > 0;
}

/** Whether one field's values have the words of a text, the last of which is only begun. */
export function naiveBeginning(
  leaf: BeginningLeaf,
  type: Type,
  values: readonly unknown[],
): boolean {
  if (type !== 'text' && type !== 'keyword') return false;
  const own =
    type === 'text'
      ? tokensOf(values as string[]).map((token) => token.text)
      : (values as string[]);
  const begins = (start: string) => own.some((value) => value.startsWith(start));
  const isRead = type === 'text' || (leaf.simple && leaf.analyzer !== undefined);
  if (!isRead) return begins(leaf.text);
  if (leaf.tokens === undefined) {
    const isRaw = leaf.analyzer === 'keyword' || leaf.analyzer === 'whitespace';
    return begins(isRaw ? leaf.text : lowerCase(leaf.text));
  }
  const words = analyzed(leaf.text, leaf.analyzer).map((token) => token.text);
  const holds = words.map((word, i) => (i < words.length - 1 ? own.includes(word) : begins(word)));
  if (words.length === 0) return false;
  return leaf.tokens === 'and' ? holds.every(Boolean) : holds.some(Boolean);
}

function analyzed(text: string, analyzer: string | undefined) {
  return analyzer === undefined ? analyzeStandard(text) : analyzerNamed(analyzer)!.analyze(text);
}
