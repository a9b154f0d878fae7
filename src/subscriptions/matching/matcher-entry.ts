import type { QueryOrdinal } from '../../document.ts';
import type { Canonical } from '../../query/canonical.ts';
import type { Ir } from '../../query/ir.ts';
import type { KeptSubscription } from '../model.ts';
import { type Projection, parseProjection } from '../projection.ts';
import type { SharedFilter } from './filter-book.ts';
import type { FilterTemplate } from './filter-template.ts';
import { filterFor } from './subscription-filter.ts';
import type { TriggerClause } from './template-clauses.ts';

/** What bounds the documents that a subscription's owner may see. */
export interface RowBounds {
  /** A query, read or as text or JSON; null for none. */
  readonly filter: Ir | string | null;
  /** An index expression; absent or `*` for every index. */
  readonly scope?: string;
}

/** A subscription's meaning. */
export interface CompiledSubscription {
  readonly trigger: TriggerClause;
  /** Of documents, the row filter included. */
  readonly filter: Canonical;
  readonly scope: string;
  readonly projection: Projection;
}

/** One state of a subscription, as it stands in the engines. */
export interface MatcherEntry {
  readonly subscription: KeptSubscription;
  readonly ordinal: QueryOrdinal;
  readonly isMet: TriggerClause['test'];
  /** Null where every document matches. */
  readonly filter: SharedFilter | null;
  readonly projection: Projection;
  /** A replaced one still counts for the events that were there before. */
  state: 'current' | 'replaced' | 'gone';
  /** Number of the change that replaced it; Infinity as long as none did. */
  replacedBy: number;
  /** See `orderTail`; made with the first order. */
  tail: string | undefined;
}

/** @throws EstromError naming what of the trigger, the filter or the projection cannot be read */
export function compileSubscription(
  template: FilterTemplate,
  subscription: KeptSubscription,
  { filter, scope = '*' }: RowBounds,
  texts: HitsTexts = new HitsTexts(),
): CompiledSubscription {
  const { hits } = subscription.subscription;
  return {
    trigger: template.compile(subscription),
    filter: texts.filter(hits.filter, filter),
    scope,
    projection: texts.projection(hits.projection),
  };
}

/** Filters and projections that are kept; many subscriptions have the same. */
const MOST = 10_000;
/** Longer texts are read each time. */
const LONGEST = 1000;

/** Reads filters and projections, equal ones once. */
export class HitsTexts {
  readonly #projections = new Map<string, Projection>();
  readonly #filters = new Map<string, Canonical>();
  /** By the row filter that they are read with. */
  readonly #bound = new WeakMap<Ir, Map<string, Canonical>>();

  projection(text: string): Projection {
    return remembered(this.#projections, text, parseProjection);
  }

  filter(text: string, rowFilter: RowBounds['filter']): Canonical {
    if (typeof rowFilter === 'string') return filterFor(text, rowFilter);
    return remembered(this.#filtersOf(rowFilter), text, () => filterFor(text, rowFilter));
  }

  #filtersOf(rowFilter: Ir | null): Map<string, Canonical> {
    if (rowFilter === null) return this.#filters;
    let filters = this.#bound.get(rowFilter);
    if (filters === undefined) {
      filters = new Map();
      this.#bound.set(rowFilter, filters);
    }
    return filters;
  }
}

function remembered<T>(known: Map<string, T>, text: string, read: (text: string) => T): T {
  let found = known.get(text);
  if (found !== undefined) return found;
  found = read(text);
  if (text.length > LONGEST) return found;
  if (known.size >= MOST) known.clear();
  known.set(text, found);
  return found;
}
