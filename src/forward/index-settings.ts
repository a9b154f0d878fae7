import { LRUCache } from 'lru-cache';
import { ask } from './ask.ts';
import type { Upstream } from './upstream.ts';

/** How long what was learnt about an index is believed, in milliseconds. */
const BELIEVED = 5000;
/** So long it is still used while it is asked anew: documents need not wait for it. */
const USED = 10_000;
const MAX_NAMES = 10_000;
const TIMEOUT = 10_000;

/** What estrom knows about the indices that a name stands for. */
export interface NameFacts {
  /** Concrete names and their uuids; empty: there are none, or they are not to be known. */
  readonly indices: ReadonlyMap<string, string>;
  /** A pipeline may change what is sent to one of them; also when that is not to be known. */
  readonly pipeline: boolean;
}

/** How a document was named when it was stored. */
export interface Naming {
  /** The name that index expressions of queries see. */
  readonly name: string;
  /** What is stored may differ from what was sent. */
  readonly pipeline: boolean;
  /** Of the index; its name where that is not to be known. */
  readonly uuid: string;
}

interface Learnt {
  readonly facts: Promise<NameFacts>;
  readonly at: number;
}

/** Looks up, with a short memory, what indices stand behind names and whether they have pipelines. */
export class IndexSettings {
  readonly #upstream: Upstream;
  readonly #cache = new LRUCache<string, Learnt>({ max: MAX_NAMES });

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** Something about indices was changed by a request that passed through. */
  forget(): void {
    this.#cache.clear();
  }

  /**
   * @param sent the name that the sender used
   * @param index the index that the document is in
   * @param since when that was known, by `performance.now()`
   */
  async naming(sent: string | undefined, index: string, since: number): Promise<Naming> {
    if (sent === undefined || sent === index || sent.startsWith('<')) {
      const { pipeline, indices } = await this.#of(index);
      return { name: index, pipeline, uuid: indices.get(index) ?? index };
    }
    let alias = await this.#of(sent);
    // An index that it did not have before: it may have been rolled over.
    if (!alias.indices.has(index)) alias = await this.#of(sent, since);
    const uuid = alias.indices.get(index);
    if (uuid !== undefined) return { name: sent, pipeline: alias.pipeline, uuid };
    // Neither an alias nor a data stream: a pipeline gave the document another index.
    const own = await this.#of(index);
    return { name: index, pipeline: true, uuid: own.indices.get(index) ?? index };
  }

  /** @param since what was asked before does not count */
  #of(name: string, since = 0): Promise<NameFacts> {
    const known = this.#cache.get(name);
    const age = known === undefined || known.at < since ? USED : performance.now() - known.at;
    if (known !== undefined && age < BELIEVED) return known.facts;
    const at = performance.now();
    const facts = this.#ask(name);
    if (known === undefined || age >= USED) {
      this.#cache.set(name, { facts, at });
      return facts;
    }
    const meanwhile = { facts: known.facts, at };
    this.#cache.set(name, meanwhile);
    void facts.then(() => {
      if (this.#cache.get(name) === meanwhile) this.#cache.set(name, { facts, at });
    });
    return known.facts;
  }

  async #ask(name: string): Promise<NameFacts> {
    const unknown = { indices: new Map<string, string>(), pipeline: true };
    const path = `/${encodeURIComponent(name)}/_settings/index.uuid,index.default_pipeline,index.final_pipeline?flat_settings=true`;
    try {
      const { status, body } = await ask(this.#upstream, {
        method: 'GET',
        path,
        headers: this.#upstream.ownHeaders(),
        timeout: TIMEOUT,
      });
      if (status !== 200) return unknown;
      const found = JSON.parse(body.toString()) as Record<string, { settings: Settings }>;
      return {
        indices: new Map(
          Object.entries(found).map(([index, { settings }]) => [
            index,
            settings['index.uuid'] ?? index,
          ]),
        ),
        pipeline: Object.values(found).some(({ settings }) => hasPipeline(settings)),
      };
    } catch {
      return unknown;
    }
  }
}

type Settings = Readonly<Record<string, string>>;

function hasPipeline(settings: Settings): boolean {
  return ['index.default_pipeline', 'index.final_pipeline'].some(
    (name) => settings[name] !== undefined && settings[name] !== '_none',
  );
}
