import { pino } from 'pino';
import { expect } from 'vitest';
import { Metrics } from '../../src/metrics.ts';
import { EmbeddedEngine } from '../../src/percolate/embedded/embedded-engine.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { fixedMappings } from './case-mappings.ts';
import { ENGINE_CONFIG } from './engines.ts';

export type Query = Readonly<Record<string, unknown>>;

const properties = {
  k: { type: 'keyword' },
  t: { type: 'text' },
  n: { type: 'long' },
  d: { type: 'date' },
  r: { type: 'integer_range' },
  g: { type: 'geo_point' },
  s: { type: 'geo_shape' },
};
const parts = { type: 'nested', properties };
const items = { type: 'nested', properties: { ...properties, parts } };
const mappings = new Map([['docs', { properties: { ...properties, items } }]]);

export const nested = (path: string, query: Query): Query => ({ nested: { path, query } });
export const not = (query: Query): Query => ({ bool: { must_not: [query] } });

/** An engine with an index whose documents have objects of two levels, with fields of all kinds; close it. */
export class NestedEngine {
  readonly #metrics = new Metrics();
  readonly #engine = new EmbeddedEngine({
    config: { ...ENGINE_CONFIG, workers: 1 },
    mappings: fixedMappings(mappings),
    metrics: this.#metrics,
    log: pino({ level: 'silent' }),
  });

  /** As ordinals from 0 on, in two segments. */
  async register(queries: readonly Query[]): Promise<void> {
    const registered = queries.map((query, ordinal) => ({
      id: String(ordinal),
      ordinal,
      index: 'docs',
      query: canonicalise(parseQuery({ query } as never)).query,
    }));
    const half = registered.length >> 1;
    await this.#engine.register(registered.slice(0, half));
    await this.#engine.register(registered.slice(half));
  }

  async unregister(count: number): Promise<void> {
    await this.#engine.unregister(Array.from({ length: count }, (_, at) => at));
  }

  /** Ordinals that match each document. */
  async percolate(documents: readonly object[]): Promise<number[][]> {
    const texts = documents.map((one) => JSON.stringify(one));
    const { pairs, failures } = await this.#engine.percolate(batchOf(texts, 'docs'));
    expect(failures).toEqual([]);
    return ordinalsBySlot(pairs, documents.length);
  }

  /** Queries that presearch has brought up so far. */
  async candidates(): Promise<number> {
    const counter = this.#metrics.registry.getSingleMetric('estrom_percolate_candidates_total')!;
    const { values } = await counter.get();
    return values[0]!.value;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}
