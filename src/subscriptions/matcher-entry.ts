import type { QueryOrdinal } from '../document.ts';
import type { Ir } from '../query/ir.ts';
import type { FilterTemplate } from './filter-template.ts';
import type { KeptSubscription } from './model.ts';
import { type Projection, parseProjection } from './projection.ts';
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
  readonly filter: Ir;
  readonly scope: string;
  readonly projection: Projection;
}

/** One state of a subscription, as it stands in the engines. */
export interface MatcherEntry extends CompiledSubscription {
  readonly subscription: KeptSubscription;
  readonly ordinal: QueryOrdinal;
  /** A replaced one still counts for the events that only it was asked about. */
  state: 'current' | 'replaced' | 'gone';
}

/** @throws EstromError naming what of the trigger, the filter or the projection cannot be read */
export function compileSubscription(
  template: FilterTemplate,
  subscription: KeptSubscription,
  { filter, scope = '*' }: RowBounds,
): CompiledSubscription {
  const { hits } = subscription.subscription;
  return {
    trigger: template.compile(subscription),
    filter: filterFor(hits.filter, filter).query,
    scope,
    projection: parseProjection(hits.projection),
  };
}
