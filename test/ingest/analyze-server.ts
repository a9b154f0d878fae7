import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { pino } from 'pino';
import { handshakeRoutes } from '../../src/ingest/handshake.ts';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { Metrics } from '../../src/metrics.ts';

/** An index with analyzers, normalizers and parts of its own, and fields that use them. */
export const TRIAL_INDEX = {
  settings: {
    analysis: {
      analyzer: {
        mine: { tokenizer: 'standard', filter: ['lowercase', 'syn'] },
        std: { type: 'standard', stopwords: ['a'] },
        gap: { tokenizer: 'standard', position_increment_gap: 7 },
        lang: { type: 'french' },
        grams: { tokenizer: 'whitespace', filter: ['shingle', 'unique'], char_filter: ['cf'] },
      },
      normalizer: { low: { filter: ['lowercase'] }, fold: { filter: ['asciifolding', 'trim'] } },
      filter: {
        syn: { type: 'synonym_graph', synonyms: ['ny, new york'] },
        st: { type: 'stop', stopwords: ['x'] },
      },
      tokenizer: { tk: { type: 'pattern', pattern: ',' } },
      char_filter: { cf: { type: 'mapping', mappings: ['a=>b'] } },
    },
  },
  mappings: {
    properties: {
      t: { type: 'text' },
      m: {
        type: 'text',
        analyzer: 'mine',
        search_analyzer: 'keyword',
        fields: { raw: { type: 'keyword', normalizer: 'low' } },
      },
      g: { type: 'text', analyzer: 'gap' },
      g2: { type: 'text', analyzer: 'mine', position_increment_gap: 3 },
      k: { type: 'keyword' },
      kn: { type: 'keyword', normalizer: 'fold', index: false },
      n: { type: 'long' },
      d: { type: 'date' },
      ip: { type: 'ip' },
      b: { type: 'boolean' },
      gp: { type: 'geo_point' },
      bin: { type: 'binary' },
      tc: { type: 'token_count', analyzer: 'mine' },
      al: { type: 'alias', path: 'm' },
      al2: { type: 'alias', path: 'k' },
      o: { properties: { t: { type: 'text', analyzer: 'whitespace' } } },
      s: { type: 'search_as_you_type' },
    },
  },
};

export interface AnalyzeServer {
  readonly url: string;
  close(): Promise<void>;
}

/** estrom's own routes of indices. @param state without it, mappings are Elasticsearch's */
export async function analyzeServer(hasMappings = true): Promise<AnalyzeServer> {
  const log = pino({ level: 'silent' });
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  const mappings = hasMappings ? new MappingState({ log }) : undefined;
  await handshakeRoutes(app, { nodeId: 'n1', metrics: new Metrics(), log, mappings });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
}
