import { LRUCache } from 'lru-cache';
import { ask } from './ask.ts';
import type { Upstream } from './upstream.ts';

/** How long what was learnt about an index is believed, in milliseconds. */
const BELIEVED = 5000;
const MAX_NAMES = 10_000;
const TIMEOUT = 10_000;

/** What estrom knows about the indices that a name stands for. */
export interface NameFacts {
  /** Concrete names; empty: there are none, or they are not to be known. */
  readonly indices: ReadonlySet<string>;
  /** A pipeline may change what is sent to one of them; also when that is not to be known. */
  readonly pipeline: boolean;
}

/** How a document was named when it was stored. */
export interface Naming {
  /** The name that index expressions of queries see. */
  readonly name: string;
  /** What is stored may differ from what was sent. */
  readonly pipeline: boolean;
}

/** Looks up, with a short memory, what indices stand behind names and whether they have pipelines. */
export class IndexSettings {
  readonly #upstream: Upstream;
  readonly #cache = new LRUCache<string, Promise<NameFacts>>({ max: MAX_NAMES, ttl: BELIEVED });

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
   */
  async naming(sent: string | undefined, index: string): Promise<Naming> {
    if (sent === undefined || sent === index || sent.startsWith('<')) {
      return { name: index, pipeline: (await this.#of(index)).pipeline };
    }
    const alias = await this.#of(sent);
    // An alias, or a data stream; else a pipeline gave the document another index.
    if (alias.indices.has(index)) return { name: sent, pipeline: alias.pipeline };
    return { name: index, pipeline: true };
  }

  #of(name: string): Promise<NameFacts> {
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const facts = this.#ask(name);
    this.#cache.set(name, facts);
    return facts;
  }

  async #ask(name: string): Promise<NameFacts> {
    const unknown = { indices: new Set<string>(), pipeline: true };
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
        indices: new Set(Object.keys(found)),
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
