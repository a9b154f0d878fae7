/** A cell: numbers are printed with separators. */
export type Value = number | string;
export type Row = Readonly<Record<string, Value>>;

export interface BenchOptions {
  /** About how long each thing is measured. */
  readonly seconds: number;
}

export interface Suite {
  readonly about: string;
  /** Names of the cases. Each runs in a process of its own, so that none finds the heap of another. */
  readonly cases: readonly string[];
  /**
   * Measures one case, after checking that what it measures gives the right result.
   * @throws Error when it does not
   */
  run(name: string, options: BenchOptions): Promise<readonly Row[]>;
}

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
