import { Agent } from 'undici';
import type { Batch } from '../src/document.ts';
import { PARTS, RESULT_WINDOW } from '../src/percolate/elasticsearch/percolators/stored-fields.ts';
import { coveringClause, searchOf } from '../src/percolate/elasticsearch/search/question.ts';
import { FILTER_PATH } from '../src/percolate/elasticsearch/worker/search-answer.ts';
import { searchBody } from '../src/percolate/elasticsearch/worker/search-body.ts';
import type { StoredWorkload } from './elasticsearch-queries.ts';

/** The requests of a pool without the pool: bodies made beforehand, sent by this thread. */
export class DirectCalls {
  readonly #stored: StoredWorkload;
  readonly #documents: number;
  readonly #concurrency: number;
  readonly #agent = new Agent({ pipelining: 1 });
  readonly #bodies = new Map<Batch, readonly Buffer[]>();

  constructor(stored: StoredWorkload, documents: number, concurrency: number) {
    this.#stored = stored;
    this.#documents = documents;
    this.#concurrency = concurrency;
  }

  /** @returns documents a second */
  async load(batches: readonly Batch[], seconds: number): Promise<number> {
    const bodies = batches.flatMap((batch) => this.#bodiesOf(batch));
    const began = performance.now();
    let next = 0;
    let sent = 0;
    const one = async () => {
      while (performance.now() - began < seconds * 1000) {
        await this.#send(bodies[next++ % bodies.length]!);
        sent++;
      }
    };
    await Promise.all(Array.from({ length: this.#concurrency }, one));
    return (sent * this.#documents * 1000) / (performance.now() - began);
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #send(body: Buffer): Promise<void> {
    const { statusCode, body: answer } = await this.#agent.request({
      origin: this.#stored.url,
      path: `/_msearch?filter_path=${FILTER_PATH}`,
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });
    const { responses } = (await answer.json()) as { responses?: readonly { error?: unknown }[] };
    if (statusCode !== 200 || responses?.[0] === undefined || responses[0].error !== undefined) {
      throw new Error(`Elasticsearch answered ${statusCode}`);
    }
  }

  #bodiesOf(batch: Batch): readonly Buffer[] {
    const known = this.#bodies.get(batch);
    if (known !== undefined) return known;
    const { bytes, slots, count } = batch;
    const bodies: Buffer[] = [];
    for (let from = 0; from < count; from += this.#documents) {
      const question = {
        percolator: this.#stored.index,
        covering: coveringClause('logs'),
        alone: false,
        first: 0,
        end: PARTS,
        documents: Uint32Array.from({ length: this.#documents }, (_, i) => from + i),
      };
      const searches = [searchOf(question, [], RESULT_WINDOW)];
      bodies.push(searchBody({ bytes, slots, searches }));
    }
    this.#bodies.set(batch, bodies);
    return bodies;
  }
}
