import type { DatabaseSync } from 'node:sqlite';

/** An order that was given up. */
export interface DeadLetter {
  /** Ascending, in the order in which they died. */
  readonly number: number;
  readonly sink: string;
  readonly orderId: string;
  readonly subscriptionId: string;
  readonly callback: string;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly reason: string;
  readonly diedAt: number;
}

/** Which dead letters; without members, all. */
export interface DeadSelection {
  readonly subscriptionId?: string;
  readonly orderIds?: readonly string[];
}

/** Dead letters that are to be orders again, the oldest first. */
export interface Redrive {
  readonly selection: DeadSelection;
  /** Number of the newest that is meant: those that die meanwhile are not. */
  readonly upTo: number;
  /** Positions in the outbox that they get; so many at most. */
  readonly firstSeq: number;
  readonly most: number;
  /** Milliseconds since 1970: their time begins anew. */
  readonly at: number;
}

/** Orders of one subscription that wait. */
export interface PendingOrders {
  readonly subscriptionId: string;
  readonly bytes: number;
  readonly orders: number;
}

/** Dead letters that are kept; the oldest go first. */
const MAX_DEAD = 100_000;
const MAX_BYTES = 4 * 1024 * 1024;

const COLUMNS = 'sink, order_id, subscription_id, callback, message';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS dead (
    number INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT NOT NULL, order_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL, callback TEXT NOT NULL, message TEXT NOT NULL,
    created_at INTEGER NOT NULL, reason TEXT NOT NULL, died_at INTEGER NOT NULL)`;
const PICKED = 'number IN (SELECT value FROM json_each(?))';

/** The dead letters in the outbox's file. Whoever calls begins and ends transactions. */
export class DeadLetterTable {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(SCHEMA);
  }

  count(): number {
    return (this.#db.prepare('SELECT count(*) AS n FROM dead').get() as { n: number }).n;
  }

  /** The newest first, as many as are wanted and not too many bytes. @param before a number */
  list(most: number, before: number): DeadLetter[] {
    const rows = this.#db
      .prepare(
        `SELECT number, sink, order_id AS orderId, subscription_id AS subscriptionId, callback, message,
           created_at AS createdAt, reason, died_at AS diedAt
         FROM dead WHERE number < ? ORDER BY number DESC LIMIT ?`,
      )
      .iterate(before, most);
    const letters: DeadLetter[] = [];
    let bytes = 0;
    for (const row of rows) {
      const letter = row as unknown as DeadLetter;
      letters.push(letter);
      bytes += letter.message.length;
      if (bytes >= MAX_BYTES) break;
    }
    return letters;
  }

  /** Takes orders out of the outbox. @returns how many dead letters went, because there are too many */
  bury(dead: readonly { seq: number; reason: string; at: number }[]): number {
    if (dead.length === 0) return 0;
    const bury = this.#db.prepare(
      `INSERT INTO dead (${COLUMNS}, created_at, reason, died_at)
       SELECT ${COLUMNS}, created_at, ?, ? FROM orders WHERE seq = ?`,
    );
    const remove = this.#db.prepare('DELETE FROM orders WHERE seq = ?');
    for (const { seq, reason, at } of dead) {
      bury.run(reason, at, seq);
      remove.run(seq);
    }
    return this.#change('number <= (SELECT max(number) FROM dead) - ?', [MAX_DEAD]);
  }

  /** @returns what became orders of the outbox again */
  redrive({ selection, upTo, firstSeq, most, at }: Redrive): PendingOrders[] {
    const [where, values] = conditionOf(selection);
    const rows = this.#db
      .prepare(`SELECT number FROM dead WHERE number <= ? AND ${where} ORDER BY number LIMIT ?`)
      .all(upTo, ...values, most) as { number: number }[];
    const picked = JSON.stringify(rows.map(({ number }) => number));
    const pending = this.#db
      .prepare(
        `SELECT subscription_id AS subscriptionId, sum(length(message)) AS bytes, count(*) AS orders
         FROM dead WHERE ${PICKED} GROUP BY subscription_id`,
      )
      .all(picked) as unknown as PendingOrders[];
    this.#db
      .prepare(
        `INSERT INTO orders (seq, ${COLUMNS}, created_at)
         SELECT ? - 1 + row_number() OVER (ORDER BY number), ${COLUMNS}, ? FROM dead WHERE ${PICKED}`,
      )
      .run(firstSeq, at, picked);
    this.#change(PICKED, [picked]);
    return pending;
  }

  /** @returns how many went */
  drop(selection: DeadSelection): number {
    return this.#change(...conditionOf(selection));
  }

  #change(where: string, values: (string | number)[]): number {
    return Number(this.#db.prepare(`DELETE FROM dead WHERE ${where}`).run(...values).changes);
  }
}

function conditionOf({ subscriptionId, orderIds }: DeadSelection): [string, string[]] {
  const conditions = ['TRUE'];
  const values: string[] = [];
  if (subscriptionId !== undefined) {
    conditions.push('subscription_id = ?');
    values.push(subscriptionId);
  }
  if (orderIds !== undefined) {
    conditions.push('order_id IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(orderIds));
  }
  return [conditions.join(' AND '), values];
}
