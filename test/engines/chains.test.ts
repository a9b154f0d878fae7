import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { generateAddresses } from '../golden/address-texts.ts';
import { CHAINS, type ChainCase, hasAddresses, isHtml } from '../golden/chain-cases.ts';
import { chainOwn, chainsAnalysis, chainsLive } from '../golden/chains.ts';
import { generateEnglish } from '../golden/english-texts.ts';
import { generateHtml } from '../golden/html-texts.ts';
import { ElasticsearchServer, reasonOf } from '../golden/server.ts';
import { generateText, randomNumbers } from '../golden/strings.ts';
import { chain } from './differential/chains.ts';

const seed = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
/** Of each chain. */
const TEXTS = Number(process.env['ESTROM_TEXTS'] ?? 30);
const RANDOM_CHAINS = 60;

const server = new ElasticsearchServer(inject('elasticsearch'));

test(`chains make of generated texts what Elasticsearch makes of them (seed ${seed})`, async () => {
  const random = randomNumbers(seed);
  const drafts = fc.sample(fc.noBias(chain), { seed, numRuns: RANDOM_CHAINS });
  const chains = [...CHAINS, ...drafts];
  const analysis = chainsAnalysis(chains);
  const index = `chains-${process.pid}-tokens`;
  const shards = { number_of_shards: 1, number_of_replicas: 0 };
  const limits = { max_ngram_diff: 10, max_shingle_diff: 10, 'analyze.max_token_count': 1_000_000 };
  const settings = { ...shards, ...limits, analysis };
  const created = await server.ask('PUT', index, JSON.stringify({ settings }));
  if (created.error) throw new Error(reasonOf(created, index));
  try {
    const textFor = (chain: ChainCase) => {
      if (isHtml(chain)) return generateHtml(random);
      if (hasAddresses(chain)) return generateAddresses(random);
      return random(2) === 0 ? generateEnglish(random) : generateText(random);
    };
    const asked = chains.flatMap((chain, n) =>
      Array.from({ length: TEXTS }, () => [`x${n}`, textFor(chain)] as const),
    );
    const live = await chainsLive(server, index, asked);
    const wrong = asked.flatMap(([name, text], at) => {
      const own = chainOwn(analysis, name, text);
      if (JSON.stringify(own) === JSON.stringify(live[at])) return [];
      // Either refuses what goes back.
      if (typeof own === 'string' && typeof live[at] === 'string') return [];
      return [{ chain: chains[Number(name.slice(1))], text, own, live: live[at] }];
    });
    expect(wrong).toEqual([]);
  } finally {
    await server.ask('DELETE', index);
  }
});
