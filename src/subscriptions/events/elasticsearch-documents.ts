import { setTimeout as wait } from 'node:timers/promises';
import { type ElasticsearchConnection, reasonOf } from '../../elasticsearch/connection.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { seldom } from '../../seldom.ts';
import type { EventDocument, MatcherDeps, SourceEvent } from '../matching/matcher.ts';
import { idAt } from './event-document.ts';
import { type FoundDocument, readDocuments } from './stored-documents.ts';

export interface ElasticsearchDocumentsOptions {
  readonly connection: Pick<ElasticsearchConnection, 'askRaw'>;
  /** Index that the documents are in, or an alias of one index. */
  readonly index: string;
  /** Path of a document's id in an event, such as `object.id`. */
  readonly idPath: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Milliseconds before each further look for a document that is missing. */
  readonly waits?: readonly number[];
}

interface Asked {
  readonly promise: Promise<FoundDocument | null>;
  resolve(found: FoundDocument | null): void;
  reject(error: Error): void;
}

/** Five looks within five seconds: the store may be a moment behind. */
const WAITS = [250, 750, 1500, 2500];
/** Documents of one request, and requests side by side. */
const GROUP = 64;
const REQUESTS = 4;
const MAX_ANSWER = 64 * 1024 * 1024;
/** Milliseconds between attempts while Elasticsearch is away. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;
const OUTCOMES = ['found', 'missing', 'failed'] as const;

/**
 * The documents of events that do not bring them, from Elasticsearch as they are now, whether or not a search
 * would find them yet. What several matches want at once is asked for in one request. A document that is
 * missing is looked for again; an Elasticsearch that is away, or refuses, is waited for.
 */
export class ElasticsearchDocuments {
  readonly #options: ElasticsearchDocumentsOptions;
  readonly #idPath: readonly string[];
  readonly #closing = new AbortController();
  /** By id, in the order in which they were asked for. */
  readonly #waiting = new Map<string, Asked>();
  readonly #counts = { found: 0, missing: 0, failed: 0 };
  #running = 0;
  #scheduled: NodeJS.Immediate | undefined;

  constructor(options: ElasticsearchDocumentsOptions) {
    this.#options = options;
    this.#idPath = options.idPath.split('.');
    const counts = this.#counts;
    options.metrics.observedCounterBy(
      'estrom_event_documents_total',
      'Looks for documents of events in Elasticsearch: found, missing, or failed and repeated',
      'outcome',
      OUTCOMES,
      (outcome) => counts[outcome],
    );
  }

  /**
   * Null when the document is still missing after some looks; it never gives up on Elasticsearch itself.
   * @throws EstromError BAD_DOCUMENT for an event without an id; UNAVAILABLE once it is closed: then nothing is
   * known of the event
   */
  readonly fetch: NonNullable<MatcherDeps['fetch']> = async (
    event: SourceEvent,
  ): Promise<EventDocument | null> => {
    const { waits = WAITS, idPath } = this.#options;
    const id = idAt(event.text, this.#idPath);
    if (id === undefined || id === '') {
      throw new EstromError('BAD_DOCUMENT', `the event has no id of a document at [${idPath}]`);
    }
    for (let look = 0; ; look++) {
      const found = await this.#get(id);
      this.#counts[found === null ? 'missing' : 'found']++;
      if (found !== null) return { index: found.index, id, source: found.source };
      if (look >= waits.length) return null;
      await this.#pause(waits[look]!);
    }
  };

  /** Whoever waits is told that nothing is known. */
  close(): void {
    this.#closing.abort();
    clearImmediate(this.#scheduled);
    for (const { reject } of this.#waiting.values()) reject(closed());
    this.#waiting.clear();
  }

  #get(id: string): Promise<FoundDocument | null> {
    if (this.#closing.signal.aborted) return Promise.reject(closed());
    let asked = this.#waiting.get(id);
    if (asked === undefined) {
      asked = Promise.withResolvers<FoundDocument | null>();
      this.#waiting.set(id, asked);
    }
    // What is asked for in this turn goes together.
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.#start();
    });
    return asked.promise;
  }

  #start(): void {
    while (this.#running < REQUESTS && this.#waiting.size > 0) {
      const group = [...this.#waiting].slice(0, GROUP);
      for (const [id] of group) this.#waiting.delete(id);
      this.#running++;
      void this.#serve(group).finally(() => {
        this.#running--;
        this.#start();
      });
    }
  }

  /** Never rejects. */
  async #serve(group: readonly [string, Asked][]): Promise<void> {
    let pause = FIRST_PAUSE;
    for (;;) {
      try {
        const found = await this.#request(group.map(([id]) => id));
        group.forEach(([, { resolve, reject }], k) => {
          const one = found[k]!;
          if (one instanceof Error) reject(one);
          else resolve(one);
        });
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) {
          for (const [, { reject }] of group) reject(closed());
          return;
        }
        if (!isOfDocuments(error)) {
          this.#counts.failed++;
          seldom(this.#options.log).warn(error, 'documents of events wait for Elasticsearch');
        } else if (group.length === 1) {
          group[0]![1].reject(error);
          return;
        } else {
          const half = group.length >> 1;
          await this.#serve(group.slice(0, half));
          await this.#serve(group.slice(half));
          return;
        }
      }
      await this.#pause(pause * (0.5 + Math.random() / 2)).catch(() => {});
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  /**
   * @returns for each what is found, null for what is not there, or what is wrong with it
   * @throws EstromError UNAVAILABLE, BAD_DOCUMENT, TOO_LARGE
   */
  async #request(ids: readonly string[]): Promise<readonly (FoundDocument | Error | null)[]> {
    const { connection, index } = this.#options;
    const { status, bytes } = await connection.askRaw('POST', '/_mget', MAX_ANSWER, {
      query: { realtime: true },
      body: { docs: ids.map((id) => ({ _index: index, _id: id })) },
      signal: this.#closing.signal,
    });
    if (status === 200) return readDocuments(bytes, ids);
    const reason = `Elasticsearch answered ${status} to _mget: ${reasonOf(bytes.toString())}`;
    throw new EstromError(
      status === 400 || status === 413 ? 'BAD_DOCUMENT' : 'UNAVAILABLE',
      reason,
    );
  }

  /** @throws EstromError UNAVAILABLE once it is closed */
  async #pause(milliseconds: number): Promise<void> {
    try {
      await wait(milliseconds, undefined, { signal: this.#closing.signal });
    } catch {
      throw closed();
    }
  }
}

/** The request was refused for what it asked for, not because Elasticsearch cannot answer. */
function isOfDocuments(error: unknown): error is EstromError {
  const isOurs = error instanceof EstromError;
  return isOurs && (error.code === 'BAD_DOCUMENT' || error.code === 'TOO_LARGE');
}

function closed(): EstromError {
  return new EstromError('UNAVAILABLE', 'estrom is shutting down: the event has to come again');
}
