import type { Suite } from './suite.ts';

/** Suites by name; loaded one by one, since each case pays for what its process loads. */
export const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  'bulk-parsing': async () => (await import('./bulk-parsing.ts')).bulkParsing,
  percolate: async () => (await import('./percolate.ts')).percolate,
  presearch: async () => (await import('./presearch/suite.ts')).presearch,
  elasticsearch: async () => (await import('./elasticsearch.ts')).elasticsearch,
  engine: async () => (await import('./engine.ts')).engine,
  framing: async () => (await import('./framing.ts')).framing,
  profile: async () => (await import('./profile.ts')).profile,
  latency: async () => (await import('./latency.ts')).latency,
  tails: async () => (await import('./tails.ts')).tails,
  brokers: async () => (await import('./brokers.ts')).brokers,
  'end-to-end': async () => (await import('./end-to-end.ts')).endToEnd,
};
