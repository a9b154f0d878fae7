import { totalmem } from 'node:os';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Values of a label, or what tells them at scrape time where they are known only then. */
type ClosedSet<V extends string> = readonly V[] | (() => readonly V[]);

function valuesOf<V extends string>(values: ClosedSet<V>): readonly V[] {
  return typeof values === 'function' ? values() : values;
}

/**
 * The process's metrics. Each stage makes its own here, once; names carry the `estrom_` prefix and
 * base units, counters end in `_total`, and labels come from closed sets (never a query id).
 */
export class Metrics {
  readonly registry = new Registry();

  counter<L extends string = never>(
    name: string,
    help: string,
    labels: readonly L[] = [],
  ): Counter<L> {
    return new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** @param read gives the current value at scrape time, so that hot paths keep plain fields */
  gauge(name: string, help: string, read: () => number): Gauge {
    return new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** A gauge with one label of a closed set of values. */
  gaugeBy<V extends string>(
    name: string,
    help: string,
    label: string,
    values: ClosedSet<V>,
    read: (value: V) => number,
  ): Gauge {
    return new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        for (const value of valuesOf(values)) this.set({ [label]: value }, read(value));
      },
    });
  }

  /** A counter whose total lives elsewhere (a plain field, shared memory) and is read at scrape time. */
  observedCounter(name: string, help: string, read: () => number): Counter {
    return new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** The same with one label of a closed set of values. */
  observedCounterBy<V extends string>(
    name: string,
    help: string,
    label: string,
    values: ClosedSet<V>,
    read: (value: V) => number,
  ): Counter {
    return new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const value of valuesOf(values)) this.inc({ [label]: value }, read(value));
      },
    });
  }

  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({
      name,
      help,
      buckets: [...buckets],
      labelNames: [...labels],
      registers: [this.registry],
    });
  }

  /** Adds the process's own figures: memory, CPU, event loop. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry, prefix: 'estrom_' });
    this.gauge(
      'estrom_process_memory_limit_bytes',
      'Memory that the process may use: of its control group, else of the machine',
      () => Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()),
    );
    // Gauges with a counter's name, and sums of others.
    for (const what of ['handles', 'requests', 'resources']) {
      this.registry.removeSingleMetric(`estrom_nodejs_active_${what}_total`);
    }
  }
}
