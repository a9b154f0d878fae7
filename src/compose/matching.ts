import type { MappingRules } from '../mapping/explicit-mappings.ts';
import { Metrics } from '../metrics.ts';
import { EmbeddedEngine } from '../percolate/embedded/embedded-engine.ts';
import type { KeptField } from '../store/store.ts';
import { FilterTrials } from '../subscriptions/matching/dry-run-filters.ts';
import type { FilterTemplate } from '../subscriptions/matching/filter-template.ts';
import { type MatcherDeps, SubscriptionMatcher } from '../subscriptions/matching/matcher.ts';
import { TriggerRegistry } from '../subscriptions/matching/trigger-registry.ts';
import type { Base } from './base.ts';

export interface MatchingParts {
  readonly template: FilterTemplate;
  /** Explicit mappings of the documents. */
  readonly mappings: MappingRules | undefined;
  /** Types of their fields that an earlier run kept. */
  readonly fields: readonly KeptField[];
  readonly fetch: MatcherDeps['fetch'];
}

/** Threads of each of the two engines. */
const WORKERS = 1;

/** Durable subscriptions in engines of their own: one is asked about events, one about their documents. */
export class Matching {
  readonly registry: TriggerRegistry;
  readonly matcher: SubscriptionMatcher;
  /** Of filters, for dry runs. */
  readonly trials: FilterTrials;
  readonly triggers: EmbeddedEngine;
  readonly filters: EmbeddedEngine;

  constructor({ config, log }: Base, { template, mappings, fields, fetch }: MatchingParts) {
    const engine = { config: { ...config, workers: WORKERS }, log };
    // The node's own engine has metrics of these names.
    this.triggers = new EmbeddedEngine({ ...engine, metrics: new Metrics() });
    this.filters = new EmbeddedEngine({
      ...{ ...engine, metrics: new Metrics(), strictMapping: false },
      mappings: mappings && onlyRead(mappings),
    });
    this.filters.restoreFields(fields);
    const { triggers, filters } = this;
    this.registry = new TriggerRegistry({
      ...{ template, triggers, filters },
      onError: (error, ids) => log.error({ err: error, ids }, 'subscriptions are not up to date'),
    });
    const { registry } = this;
    this.trials = new FilterTrials({
      engine: filters,
      holdFilters: (some, work) => registry.holdFilters(some, work),
    });
    this.matcher = new SubscriptionMatcher({
      ...{ template, triggers, filters, registry },
      ...(fetch === undefined ? {} : { fetch }),
    });
  }

  async close(): Promise<void> {
    await this.registry.close();
    await Promise.all([this.triggers.close(), this.filters.close()]);
  }
}

/** Mappings that another engine teaches: this one learns the same from the same documents. */
function onlyRead(rules: MappingRules): MappingRules {
  return {
    describe: (index) => rules.describe(index),
    fieldsOf: (index) => rules.fieldsOf(index),
    dynamicKind: (...found) => rules.dynamicKind(...found),
    dynamicAt: (index, path) => rules.dynamicAt(index, path),
    open: (index) => rules.open(index),
    get names() {
      return rules.names;
    },
    isOpen: (index) => rules.isOpen(index),
    kept: () => rules.kept(),
    onChange: (listener) => rules.onChange(listener),
    learnFrom: () => {},
  };
}
