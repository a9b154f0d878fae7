import { buildChain } from '../../src/mapping/analyzers/chain.ts';
import type { PartSettings } from '../../src/mapping/analyzers/part-settings.ts';
import type { ElasticsearchServer } from './server.ts';

/** What a filter makes of words, each of which is one token; `null` where it leaves a word out. */
export async function filteredLive(
  server: ElasticsearchServer,
  filter: PartSettings,
  words: readonly string[],
): Promise<(string | null)[]> {
  const body = JSON.stringify({ tokenizer: 'keyword', filter: [filter], text: words });
  type Answer = { tokens?: { token: string; start_offset: number }[] };
  const answer = await server.ask<Answer>('POST', '_analyze', body);
  if (!answer.tokens) throw new Error(`_analyze failed: ${answer.error?.reason}`);
  const found = new Map(answer.tokens.map((one) => [one.start_offset, one.token]));
  let offset = 0;
  return words.map((word) => {
    const token = found.get(offset) ?? null;
    offset += word.length + 1;
    return token;
  });
}

/** The same by estrom. */
export function filteredOwn(filter: PartSettings, words: readonly string[]): (string | null)[] {
  const tokenizer = { type: 'keyword' };
  const chain = buildChain({ char_filter: [], tokenizer, filter: [filter] });
  return words.map((word) => chain.analyze(word)[0]?.text ?? null);
}
