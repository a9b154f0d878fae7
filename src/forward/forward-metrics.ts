import type { Counter } from 'prom-client';
import type { Metrics } from '../metrics.ts';
import type { AnswerBudget } from './answer-budget.ts';

const KINDS = ['bulk', 'document', 'other'] as const;
const OUTCOMES = ['answered', 'refused', 'unreachable', 'broken', 'aborted', 'failed'] as const;
const ITEMS = [
  'percolated',
  'returned',
  'fetched',
  'conflict_percolated',
  'conflict_known',
  'not_stored',
  'gone',
  'as_sent',
  'unmatched',
] as const;

export type ForwardKind = (typeof KINDS)[number];
/**
 * `answered`: by Elasticsearch, whatever it said; `refused`: there was no room; `unreachable`: it was
 * not there for as long as requests are held; `broken`: it broke off; `aborted`: the sender did;
 * `failed`: percolation did.
 */
export type ForwardOutcome = (typeof OUTCOMES)[number];
/**
 * `percolated`: as it was sent; `returned`: as an update's answer says; `fetched`: as it is stored;
 * `conflict_…`: it was there before; `gone`: it was no longer there to be fetched; `as_sent`: it should
 * have been fetched, but estrom may not; `unmatched`: stored, but not to be percolated.
 */
export type ItemOutcome = (typeof ITEMS)[number];

/** What forwarding counts. */
export class ForwardMetrics {
  readonly #requests: Counter<'kind' | 'outcome'>;
  readonly #items: Counter<'result'>;
  readonly #seconds: Counter<'part'>;

  constructor(metrics: Metrics, answers: AnswerBudget) {
    this.#requests = metrics.counter(
      'estrom_forward_requests_total',
      'Forwarded requests by kind and by how they ended',
      ['kind', 'outcome'],
    );
    this.#items = metrics.counter(
      'estrom_forward_items_total',
      'Items of bulk and document requests by what became of them',
      ['result'],
    );
    this.#seconds = metrics.counter(
      'estrom_forward_seconds_total',
      'Time from sending documents to Elasticsearch until they are percolated: all of it, and the part that Elasticsearch took',
      ['part'],
    );
    for (const kind of KINDS) {
      for (const outcome of OUTCOMES) this.#requests.inc({ kind, outcome }, 0);
    }
    for (const result of ITEMS) this.#items.inc({ result }, 0);
    for (const part of ['all', 'elasticsearch']) this.#seconds.inc({ part }, 0);
    metrics.gauge(
      'estrom_forward_answer_bytes',
      "Bytes of Elasticsearch's answers that are held until what they tell is percolated",
      () => answers.held,
    );
  }

  request(kind: ForwardKind, outcome: ForwardOutcome): void {
    this.#requests.inc({ kind, outcome });
  }

  items(result: ItemOutcome, count: number): void {
    if (count > 0) this.#items.inc({ result }, count);
  }

  /** @param milliseconds spent */
  time(part: 'all' | 'elasticsearch', milliseconds: number): void {
    this.#seconds.inc({ part }, milliseconds / 1000);
  }
}
