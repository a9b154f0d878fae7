import { randomBytes } from 'node:crypto';
import type { QueryOrdinal } from '../../document.ts';
import type { Canonical } from '../../query/canonical.ts';
import type { Ir } from '../../query/ir.ts';
import type { MatchEngine } from './match-engine.ts';

/** Field that is put before a document's own: which filters it is asked about. */
export const CANDIDATES = 'estrom_candidates';

/** A filter on documents, which all subscriptions share that have an equal one. */
export interface SharedFilter {
  readonly ordinal: QueryOrdinal;
  /** What a document has among its {@link CANDIDATES} to be asked about it. */
  readonly word: string;
  readonly key: string;
  readonly query: Ir;
  readonly scope: string;
  /** Subscriptions that have it. */
  uses: number;
}

/** The filters that stand in an engine: each once, as long as a subscription has it. */
export class FilterBook {
  readonly #engine: MatchEngine;
  readonly #filters = new Map<string, SharedFilter>();
  readonly #free: QueryOrdinal[] = [];
  /** No document can name a candidate by chance. */
  readonly #secret = randomBytes(6).toString('hex');
  /** Those that the engine does not know yet. */
  readonly #fresh = new Set<SharedFilter>();
  #next = 0;

  constructor(engine: MatchEngine) {
    this.#engine = engine;
  }

  /** Different ones. */
  get size(): number {
    return this.#filters.size;
  }

  /**
   * For one more subscription. {@link register} has to follow.
   * @param scope an index expression; `*` for every index
   * @returns null where every document matches
   */
  take({ query, text }: Canonical, scope: string): SharedFilter | null {
    if (query.kind === 'all' && scope === '*') return null;
    const key = `${scope}\n${text}`;
    let filter = this.#filters.get(key);
    if (filter === undefined) {
      const ordinal = this.#free.pop() ?? this.#next++;
      filter = { ordinal, word: `s${ordinal}x${this.#secret}`, key, query, scope, uses: 0 };
      this.#filters.set(key, filter);
      this.#fresh.add(filter);
    }
    filter.uses++;
    return filter;
  }

  /** Resolves when the engine knows all that were taken. */
  async register(): Promise<void> {
    if (this.#fresh.size === 0) return;
    const fresh = [...this.#fresh];
    await this.#engine.register(
      fresh.map(({ ordinal, word, query, scope }) => {
        const asked = { kind: 'term', field: CANDIDATES, value: word } as const;
        const whole: Ir = { kind: 'and', clauses: [asked, query] };
        const bound = scope === '*' ? {} : { scope };
        return { id: word, ordinal, index: '*', query: whole, ...bound };
      }),
    );
    for (const filter of fresh) this.#fresh.delete(filter);
  }

  /** Of subscriptions that are matched no more, and that no batch under way can have been matched to. */
  async giveBack(filters: readonly (SharedFilter | null)[]): Promise<void> {
    const unused: QueryOrdinal[] = [];
    for (const filter of filters) {
      if (filter === null || --filter.uses > 0) continue;
      this.#filters.delete(filter.key);
      // Nobody can have asked for one that the engine never knew.
      if (this.#fresh.delete(filter)) this.#free.push(filter.ordinal);
      else unused.push(filter.ordinal);
    }
    if (unused.length === 0) return;
    await this.#engine.unregister(unused);
    this.#free.push(...unused);
  }
}
