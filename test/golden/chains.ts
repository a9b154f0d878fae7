import { EstromError } from '../../src/errors.ts';
import type { Analyzer } from '../../src/mapping/analyzers/analyzer.ts';
import { Chain } from '../../src/mapping/analyzers/chain.ts';
import { analyzerNamed } from '../../src/mapping/analyzers/named.ts';
import { IndexAnalysis } from '../../src/mapping/explicit/index-analysis.ts';
import type { ChainCase } from './chain-cases.ts';
import type { ElasticsearchServer } from './server.ts';

/** The section `analysis` of an index's settings. */
export type Analysis = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Position, length, start, end, token; or why there are none. */
export type ChainTokens = readonly (readonly [number, number, number, number, string])[] | string;

interface LiveToken {
  readonly token: string;
  readonly position: number;
  readonly positionLength?: number;
  readonly start_offset: number;
  readonly end_offset: number;
}

/** Behind each text comes this one, so that one sees how many positions the first takes up. */
export const BEHIND = 'Zz 7q';
const GAP = 100_000;

/** What the analyzers of an index make of texts, each followed by {@link BEHIND}. */
export async function chainsLive(
  server: ElasticsearchServer,
  index: string,
  asked: readonly (readonly [analyzer: string, text: string])[],
): Promise<ChainTokens[]> {
  const answers: ChainTokens[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < asked.length; at = next++) {
      const [analyzer, text] = asked[at]!;
      const body = JSON.stringify({ analyzer, text: [text, BEHIND] });
      const answer = await server.ask<{ tokens?: LiveToken[] }>('POST', `${index}/_analyze`, body);
      answers[at] = answer.tokens
        ? answer.tokens.map((one) => {
            // Where a filter does not read its text to the end, Elasticsearch counts on from there.
            const isBehind = one.position >= GAP;
            const { token, position, positionLength = 1 } = one;
            if (isBehind) return [position, positionLength, 0, 0, token];
            return [position, positionLength, one.start_offset, one.end_offset, token];
          })
        : `error: ${answer.error?.reason}`;
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return answers;
}

/** The same by estrom. */
export function chainOwn(analysis: Analysis, analyzer: string, text: string): ChainTokens {
  const meaning = new IndexAnalysis({ analysis }).meaningOf(analyzer);
  if (meaning === undefined) return 'unknown';
  try {
    const own = analyzerNamed(meaning)!;
    const base = own.span(text) + GAP;
    return [...tokensIn(own, text, 0, 0), ...behind(tokensIn(own, BEHIND, base, 0))];
  } catch (error) {
    if (error instanceof EstromError) return `error: ${error.message}`;
    throw error;
  }
}

type Row = [number, number, number, number, string];

const behind = (rows: readonly Row[]): Row[] =>
  rows.map(([position, length, , , token]) => [position, length, 0, 0, token]);

function tokensIn(own: Analyzer, text: string, base: number, offset: number): Row[] {
  // With the lengths, which queries may not look at, and though no index took them.
  const tokens = own instanceof Chain ? own.tokens(text) : own.analyze(text);
  return tokens.map((token) => [
    base + token.position,
    token.length ?? 1,
    offset + token.start,
    offset + token.end,
    token.text,
  ]);
}

/** Settings that define such chains as the analyzers `x0`, `x1`…, whose values stand far apart. */
export function chainsAnalysis(chains: readonly ChainCase[]): Analysis {
  const analysis: Record<string, Record<string, unknown>> = {
    analyzer: {},
    tokenizer: {},
    filter: {},
    char_filter: {},
  };
  chains.forEach(({ char_filter = [], tokenizer = 'standard', filter = [] }, number) => {
    const named = (section: string, part: unknown, n: number): string => {
      if (typeof part === 'string') return part;
      const name = `${section}${number}x${n}`;
      analysis[section]![name] = part;
      return name;
    };
    analysis['analyzer']![`x${number}`] = {
      type: 'custom',
      position_increment_gap: GAP,
      tokenizer: named('tokenizer', tokenizer, 0),
      filter: filter.map((part, n) => named('filter', part, n)),
      char_filter: char_filter.map((part, n) => named('char_filter', part, n)),
    };
  });
  return analysis;
}
