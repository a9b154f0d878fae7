import { dirname, extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConfigError } from '../../config-load.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { DeadLetter, DeadSelection, PendingOrders } from './dead-letter-table.ts';
import { GapBook, gapOrder } from './gap-book.ts';
import type { NotificationOrder } from './order.ts';
import { DEFAULT_QUOTA, type OrderQuota, OrderQuotas } from './order-quota.ts';
import type { OrderSink } from './order-sink.ts';
import { OutboxChanges } from './outbox-changes.ts';
import type { OutboxCommitted, OutboxFound, OutboxOrder } from './outbox-database.ts';
import type { OutboxAnswer, OutboxCall } from './outbox-thread.ts';
import { type Settled, SinkDelivery } from './sink-delivery.ts';

export interface OrderOutboxOptions {
  /** File of the database; its folder exists. */
  readonly file: string;
  readonly sinks: readonly OrderSink[];
  readonly quota?: Partial<OrderQuota>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds between looks at open gaps. */
  readonly gapInterval?: number;
}

/** Milliseconds after which what could not be written is tried again. */
const RETRY = 1000;
/** Dead letters that become orders in one transaction. */
const REDRIVE = 500;

/**
 * Notification orders on their way: kept in SQLite on a thread of its own, handed to the sinks at least
 * once each. Whoever has too many loses some, and is told how many by one order that counts them.
 * Orders of a subscription that is deleted meanwhile are delivered all the same: they were promised before, and
 * whoever deleted it may still want to know. Only what matches later makes none.
 */
export class OrderOutbox {
  readonly #sinks: readonly OrderSink[];
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #quotas: OrderQuotas;
  readonly #gaps = new GapBook();
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<OutboxAnswer>[] = [];
  readonly #deliveries: SinkDelivery[] = [];
  readonly #counts = { added: 0, delivered: 0, retried: 0, dead: 0, gapped: 0, commits: 0 };
  #pending = 0;
  #deadKept = 0;
  #seq = 0;
  /** Up to there, what is to be kept is kept. */
  #newest = 0;
  #changes = new OutboxChanges();
  #writing: Promise<void> | undefined;
  #broken: string | undefined;
  #gapTimer: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  private constructor({ file, sinks, quota, metrics, log, now = Date.now }: OrderOutboxOptions) {
    this.#sinks = sinks;
    this.#log = log;
    this.#now = now;
    this.#quotas = new OrderQuotas({ ...DEFAULT_QUOTA, ...quota });
    const url = new URL(`./outbox-thread${extname(import.meta.filename)}`, import.meta.url);
    this.#worker = new Worker(url, {
      name: 'outbox',
      workerData: file,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.on('message', (answer: OutboxAnswer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) => this.#break(error.message));
    this.#worker.on('exit', () => this.#break('its thread has ended'));
    this.#observe(metrics);
  }

  /** Opens the file and begins to deliver what it holds. @throws ConfigError when it cannot */
  static async open(options: OrderOutboxOptions): Promise<OrderOutbox> {
    const outbox = new OrderOutbox(options);
    try {
      outbox.#restore((await outbox.#ask({ call: 'open' })) as OutboxFound);
    } catch (error) {
      await outbox.#worker.terminate();
      const reason = (error as Error).message;
      throw new ConfigError(`the folder ${dirname(options.file)} cannot be used: ${reason}`);
    }
    for (const sink of options.sinks) outbox.#deliveries.push(outbox.#deliveryOf(sink));
    outbox.#gapTimer = setInterval(() => outbox.#closeGaps(), options.gapInterval ?? 1000).unref();
    return outbox;
  }

  /**
   * Resolves when a kill of the process cannot lose these orders any more, or the count of those over
   * quota. It never waits for a recipient.
   * @throws EstromError UNAVAILABLE when they could not be written; then none is kept
   */
  add(orders: readonly NotificationOrder[]): Promise<void> {
    const now = this.#now();
    for (const order of orders) {
      const sinks = this.#sinks.filter((sink) => sink.takes?.(order.callback) ?? true);
      if (sinks.length === 0) continue;
      const { subscriptionId, message } = order;
      const size = message.length;
      const reason =
        this.#gaps.reasonOf(subscriptionId) ??
        this.#quotas.take(subscriptionId, size, sinks.length, now);
      if (reason === null) {
        for (const { name } of sinks) this.#push(name, order, now);
        this.#counts.added++;
      } else {
        this.#changes.addGap(this.#gaps.count(order, reason));
        this.#counts.gapped++;
      }
    }
    return this.#write();
  }

  /**
   * The newest first; fewer than asked for where they are long.
   * @param before number of the one that the page before ended with
   */
  async deadLetters(
    most: number,
    before = Number.MAX_SAFE_INTEGER,
  ): Promise<readonly DeadLetter[]> {
    return (await this.#ask({ call: 'dead', most, before })) as DeadLetter[];
  }

  /**
   * Dead letters become orders again, as new ones behind all others, whatever their quota; those that die
   * meanwhile stay dead. Resolves when that is written.
   * @returns how many, one for each sink
   * @throws EstromError UNAVAILABLE; some may be orders again then
   */
  async redrive(selection: DeadSelection): Promise<number> {
    const [newest] = await this.deadLetters(1);
    if (newest === undefined) return 0;
    for (let total = 0; ; ) {
      const changes = this.#changes;
      const firstSeq = this.#seq + 1;
      this.#seq += REDRIVE;
      const at = this.#now();
      const redrive = { selection, upTo: newest.number, firstSeq, most: REDRIVE, at };
      const place = changes.redriven.push(redrive) - 1;
      await this.#write();
      const count = sumOf(changes.committed!.redriven[place]!);
      total += count;
      if (count < REDRIVE) return total;
    }
  }

  /** Forgets dead letters. @returns how many @throws EstromError UNAVAILABLE */
  async dropDead(selection: DeadSelection): Promise<number> {
    const changes = this.#changes;
    const place = changes.dropped.push(selection) - 1;
    await this.#write();
    return changes.committed!.dropped[place]!;
  }

  /** Dead letters, one for each sink. */
  get deadKept(): number {
    return this.#deadKept;
  }

  /** Orders that are kept and not delivered yet, one for each sink. */
  get pending(): number {
    return this.#pending;
  }

  /** Writes what is owed; what is not delivered yet stays in the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#gapTimer);
    clearTimeout(this.#retry);
    await Promise.all(this.#deliveries.map((delivery) => delivery.close()));
    await this.#write().catch(() => {});
    while (this.#writing !== undefined) await this.#writing;
    await this.#ask({ call: 'close' }).catch(() => {});
    this.#worker.removeAllListeners('exit');
    await this.#worker.terminate();
    this.#break('the outbox is closed');
  }

  #restore({ lastSeq, pending, gaps, dead }: OutboxFound): void {
    this.#seq = lastSeq;
    this.#newest = lastSeq;
    this.#deadKept = dead;
    for (const { subscriptionId, bytes, orders } of pending) {
      this.#quotas.add(subscriptionId, bytes, this.#now());
      this.#pending += orders;
    }
    for (const gap of gaps) this.#gaps.restore(gap);
  }

  #push(sink: string, order: NotificationOrder, createdAt: number): void {
    const { orderId, subscriptionId, callback, message } = order;
    const seq = ++this.#seq;
    this.#changes.added.push({
      ...{ seq, sink, orderId, subscriptionId, callback, message, createdAt },
      attempts: 0,
    });
  }

  #deliveryOf(sink: OrderSink): SinkDelivery {
    return new SinkDelivery(sink, {
      fresh: async (after, most) =>
        (await this.#ask({ call: 'fresh', sink: sink.name, after, most })) as OutboxOrder[],
      due: async (now, most) =>
        (await this.#ask({ call: 'due', sink: sink.name, now, most })) as OutboxOrder[],
      left: async (subscriptionId, after, most) => {
        const call = { call: 'left', sink: sink.name, subscriptionId, after, most } as const;
        return (await this.#ask(call)) as OutboxOrder[];
      },
      newest: () => this.#newest,
      unpark: async (subscriptionIds, now) => {
        await this.#ask({ call: 'unpark', sink: sink.name, subscriptionIds, now });
      },
      settle: (settled) => this.#settle(settled),
      now: this.#now,
      log: this.#log,
    });
  }

  #settle({ done, parked, dead, retried }: Settled): Promise<void> {
    const now = this.#now();
    for (const { seq, subscriptionId, message } of done) {
      this.#changes.done.push(seq);
      this.#quotas.remove(subscriptionId, message.length, now);
    }
    for (const { order, reason } of dead) {
      const { seq, subscriptionId, message, orderId } = order;
      this.#changes.dead.push({ seq, reason, at: now });
      this.#quotas.remove(subscriptionId, message.length, now);
      this.#log.warn({ orderId, subscriptionId, reason }, 'an order became a dead letter');
    }
    this.#changes.parked.push(...parked);
    this.#counts.delivered += done.length;
    this.#counts.dead += dead.length;
    this.#counts.retried += retried;
    this.#pending -= done.length + dead.length;
    this.#deadKept += dead.length;
    return this.#write();
  }

  /** Tells those who have room again how many orders they lost. */
  #closeGaps(): void {
    const now = this.#now();
    this.#quotas.sweep(now);
    for (const gap of this.#gaps.open()) {
      if (!this.#quotas.hasRecovered(gap.subscriptionId, now)) continue;
      const order = gapOrder(gap);
      const sinks = this.#sinks.filter((sink) => sink.takes?.(order.callback) ?? true);
      for (const { name } of sinks) this.#push(name, order, now);
      this.#quotas.add(gap.subscriptionId, order.message.length * sinks.length, now);
      this.#changes.closeGap(gap.subscriptionId);
      this.#gaps.close(gap.subscriptionId);
    }
    this.#write().catch(() => {});
  }

  #write(): Promise<void> {
    if (this.#changes.isEmpty) return Promise.resolve();
    const { promise } = this.#changes.written;
    // A microtask later, so that all changes of this turn share the first transaction.
    this.#writing ??= Promise.resolve().then(() => this.#writeAll());
    return promise;
  }

  async #writeAll(): Promise<void> {
    clearTimeout(this.#retry);
    while (!this.#changes.isEmpty) {
      const changes = this.#changes;
      this.#changes = new OutboxChanges();
      const [before, newest] = [this.#newest, this.#seq];
      try {
        const commit = changes.toCommit();
        changes.committed = (await this.#ask({ call: 'commit', commit })) as OutboxCommitted;
      } catch (error) {
        this.#newest = newest;
        this.#takeBack(changes);
        changes.written.reject(error as Error);
        break;
      }
      this.#counts.commits++;
      this.#newest = newest;
      const redriven = this.#takeCommitted(changes.committed);
      this.#pending += changes.added.length + redriven;
      changes.written.resolve();
      // Those that the thread made of dead letters are to be asked for.
      const all = redriven > 0 ? null : changes.added;
      if (newest > before) for (const one of this.#deliveries) one.offer(all, before, newest);
    }
    this.#writing = undefined;
    if (this.#changes.isEmpty || this.#broken !== undefined) return;
    this.#retry = setTimeout(() => void this.#write().catch(() => {}), RETRY).unref();
  }

  /** @returns how many dead letters are orders again */
  #takeCommitted({ redriven, dropped, forgotten }: OutboxCommitted): number {
    const pending = redriven.flat();
    for (const { subscriptionId, bytes } of pending) {
      this.#quotas.add(subscriptionId, bytes, this.#now());
    }
    const orders = sumOf(pending);
    this.#deadKept -= orders + forgotten + dropped.reduce((sum, count) => sum + count, 0);
    return orders;
  }

  /** New orders are refused; what became of older ones is owed. */
  #takeBack(changes: OutboxChanges): void {
    const now = this.#now();
    for (const { subscriptionId, message } of changes.added) {
      this.#quotas.remove(subscriptionId, message.length, now);
    }
    this.#changes.owe(changes);
    this.#log.error('orders cannot be kept');
  }

  async #ask(call: OutboxCall): Promise<Extract<OutboxAnswer, { ok: unknown }>['ok']> {
    if (this.#broken !== undefined) throw unavailable(this.#broken);
    const waiting = Promise.withResolvers<OutboxAnswer>();
    this.#waiting.push(waiting);
    this.#worker.postMessage(call);
    const answer = await waiting.promise;
    if ('error' in answer) throw unavailable(answer.error);
    return answer.ok;
  }

  #break(reason: string): void {
    this.#broken ??= reason;
    for (const { resolve } of this.#waiting.splice(0)) resolve({ error: reason, problem: false });
  }

  #observe(metrics: Metrics): void {
    const counts = this.#counts;
    const outcomes = ['delivered', 'retried', 'dead', 'gapped'] as const;
    metrics.observedCounter('estrom_orders_total', 'Notification orders kept', () => counts.added);
    metrics.observedCounterBy(
      'estrom_order_outcomes_total',
      'What became of notification orders: delivered, retried, dead letters, or counted in a gap',
      'outcome',
      outcomes,
      (outcome) => counts[outcome],
    );
    metrics.observedCounter(
      'estrom_order_commits_total',
      'Commits of the outbox',
      () => counts.commits,
    );
    metrics.gauge('estrom_orders_pending', 'Orders not delivered yet', () => this.#pending);
    metrics.gauge('estrom_orders_pending_bytes', 'Their size', () => this.#quotas.pendingBytes);
    metrics.gauge('estrom_orders_dead', 'Dead letters kept', () => this.#deadKept);
    metrics.gauge('estrom_order_gaps', 'Subscriptions over quota', () => this.#gaps.size);
  }
}

function sumOf(pending: readonly PendingOrders[]): number {
  return pending.reduce((sum, { orders }) => sum + orders, 0);
}

function unavailable(reason: string): EstromError {
  return new EstromError('UNAVAILABLE', `orders cannot be kept: ${reason}; see to the disk`);
}
