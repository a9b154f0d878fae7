import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type FileKind,
  inTransaction,
  makeFolder,
  openFile,
  prepareTables,
  takeLock,
} from '../../store/sqlite-file.ts';
import {
  type DeadLetter,
  DeadLetterTable,
  type DeadSelection,
  type PendingOrders,
  type Redrive,
} from './dead-letter-table.ts';
import { type PackedOrders, unpackOrders } from './packed-orders.ts';
import { LEFT } from './retry-times.ts';

/** An order on its way to one sink. */
export interface OutboxOrder {
  /** Position in the outbox; ascending, never used twice. */
  readonly seq: number;
  readonly sink: string;
  readonly orderId: string;
  readonly subscriptionId: string;
  readonly callback: string;
  readonly message: string;
  /** How often it was tried. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export type NewOrder = Omit<OutboxOrder, 'attempts'>;

/** Orders of a subscription that were not taken, counted as one. */
export interface Gap {
  readonly subscriptionId: string;
  readonly callback: string;
  readonly count: number;
  readonly reason: string;
  /** Ids of the first and the last order. */
  readonly first: string;
  readonly last: string;
}

/** What one transaction changes. */
export interface OutboxCommit {
  readonly added: PackedOrders;
  /** First and last positions of orders, one after the other without gaps, that are to go. */
  readonly done: readonly number[];
  /** To be tried again at `due`, in milliseconds since 1970. */
  readonly parked: readonly { seq: number; due: number; attempts: number }[];
  readonly dead: readonly { seq: number; reason: string; at: number }[];
  /** Added to what is counted already. */
  readonly gaps: readonly Gap[];
  /** Subscriptions whose gaps are orders now, among `added`. */
  readonly closed: readonly string[];
  readonly redriven: readonly Redrive[];
  /** Dead letters that nobody wants any more. */
  readonly dropped: readonly DeadSelection[];
}

/** What came of it. */
export interface OutboxCommitted {
  /** For each of `redriven`. */
  readonly redriven: readonly (readonly PendingOrders[])[];
  /** For each of `dropped`, how many there were. */
  readonly dropped: readonly number[];
  /** Dead letters that went because there are too many. */
  readonly forgotten: number;
}

export interface OutboxFound {
  readonly lastSeq: number;
  /** Of each subscription that has orders: how many bytes. */
  readonly pending: readonly PendingOrders[];
  readonly gaps: readonly Gap[];
  readonly dead: number;
}

const MAX_BYTES = 4 * 1024 * 1024;

/** Bytes: orders are written and deleted in a row, and larger pages are fewer. */
const PAGE = 16_384;

const TABLES = `
  CREATE TABLE orders (
    seq INTEGER PRIMARY KEY, sink TEXT NOT NULL, order_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL, callback TEXT NOT NULL, message TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL);
  CREATE INDEX parked ON orders (sink, due) WHERE due > 0;
  CREATE INDEX left_behind ON orders (sink, subscription_id, seq) WHERE due = ${LEFT};
  CREATE TABLE gaps (
    subscription_id TEXT PRIMARY KEY, callback TEXT NOT NULL, count INTEGER NOT NULL,
    reason TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL);
  CREATE TABLE last_seq (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL);
  INSERT INTO last_seq VALUES (1, 0);`;

const FILE: FileKind = {
  application: 0x65736f72,
  format: 1,
  tables: TABLES,
  foreign: 'has an orders.sqlite that estrom did not make; choose another folder',
  newer: 'has notification orders of a newer estrom',
};
const TAKEN =
  'keeps the notification orders of another estrom; stop that one, or give each a folder of its own';
/** Of an earlier run: nobody remembers whose they are. */
const FORGET = `UPDATE orders SET due = 0 WHERE due = ${LEFT}`;

const ORDER = `seq, sink, order_id AS orderId, subscription_id AS subscriptionId, callback, message,
  attempts, created_at AS createdAt`;

/** The file of the outbox, as its thread has it. */
export class OutboxDatabase {
  readonly #lock: DatabaseSync;
  readonly #db: DatabaseSync;
  readonly #dead: DeadLetterTable;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws StoreProblem or Node's and SQLite's own errors */
  constructor(file: string) {
    makeFolder(dirname(file));
    this.#lock = takeLock(file.replace(/(?:\.sqlite)?$/, '.lock'), TAKEN);
    this.#db = openFile(file, PAGE);
    prepareTables(this.#db, FILE);
    this.#db.exec(FORGET);
    this.#dead = new DeadLetterTable(this.#db);
  }

  found(): OutboxFound {
    const { seq } = this.#of('SELECT seq FROM last_seq').get() as { seq: number };
    const pending = this.#of(
      `SELECT subscription_id AS subscriptionId, sum(length(message)) AS bytes, count(*) AS orders
       FROM orders GROUP BY subscription_id`,
    ).all() as unknown as OutboxFound['pending'];
    const gaps = this.#of(
      'SELECT subscription_id AS subscriptionId, callback, count, reason, first, last FROM gaps',
    ).all() as unknown as Gap[];
    return { lastSeq: seq, pending, gaps, dead: this.#dead.count() };
  }

  /** Those after a position that have not been tried. */
  fresh(sink: string, after: number, most: number): OutboxOrder[] {
    return this.#orders(
      `SELECT ${ORDER} FROM orders WHERE seq > ? AND due = 0 AND sink = ? ORDER BY seq LIMIT ?`,
      [after, sink, most],
    );
  }

  /** Those whose time has come again. */
  due(sink: string, now: number, most: number): OutboxOrder[] {
    return this.#orders(
      `SELECT ${ORDER} FROM orders WHERE sink = ? AND due > 0 AND due <= ? ORDER BY due, seq LIMIT ?`,
      [sink, now, most],
    );
  }

  /** Those of one subscription that were left for later, after a position. */
  left(sink: string, subscriptionId: string, after: number, most: number): OutboxOrder[] {
    return this.#orders(
      `SELECT ${ORDER} FROM orders INDEXED BY left_behind
       WHERE sink = ? AND subscription_id = ? AND due = ${LEFT} AND seq > ? ORDER BY seq LIMIT ?`,
      [sink, subscriptionId, after, most],
    );
  }

  /** Those that wait for their time do not any more. */
  unpark(sink: string, subscriptionIds: readonly string[], now: number): void {
    this.#of(
      `UPDATE orders SET due = ? WHERE sink = ? AND due > 0 AND due > ? AND due < ${LEFT}
       AND subscription_id IN (SELECT value FROM json_each(?))`,
    ).run(now, sink, now, JSON.stringify(subscriptionIds));
  }

  deadLetters(most: number, before: number): DeadLetter[] {
    return this.#dead.list(most, before);
  }

  /** Writes everything or, when it throws, nothing. */
  commit(changes: OutboxCommit): OutboxCommitted {
    return inTransaction(this.#db, () => this.#write(changes));
  }

  close(): void {
    this.#db.close();
    this.#lock.close();
  }

  #write(changes: OutboxCommit): OutboxCommitted {
    const { added, done, parked, gaps, closed } = changes;
    const insert = this.#of(
      `INSERT INTO orders (seq, sink, order_id, subscription_id, callback, message, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const order of unpackOrders(added)) {
      const { seq, sink, orderId, subscriptionId, callback, message, createdAt } = order;
      insert.run(seq, sink, orderId, subscriptionId, callback, message, createdAt);
    }
    const redriven = changes.redriven.map((one) => this.#dead.redrive(one));
    const ends = changes.redriven.map(({ firstSeq, most }) => firstSeq + most - 1);
    const last = Math.max(added.firstSeq + added.createdAt.length - 1, ...ends);
    if (last > 0) this.#of('UPDATE last_seq SET seq = ?').run(last);
    const remove = this.#of('DELETE FROM orders WHERE seq BETWEEN ? AND ?');
    for (let i = 0; i < done.length; i += 2) remove.run(done[i]!, done[i + 1]!);
    const park = this.#of('UPDATE orders SET due = ?, attempts = ? WHERE seq = ?');
    for (const { seq, due, attempts } of parked) park.run(due, attempts, seq);
    const forgotten = this.#dead.bury(changes.dead);
    const dropped = changes.dropped.map((one) => this.#dead.drop(one));
    // A gap that was closed may have been opened again.
    for (const id of closed) this.#of('DELETE FROM gaps WHERE subscription_id = ?').run(id);
    const count = this.#of(
      `INSERT INTO gaps VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (subscription_id) DO UPDATE
       SET count = count + excluded.count, last = excluded.last, callback = excluded.callback`,
    );
    for (const gap of gaps) {
      count.run(gap.subscriptionId, gap.callback, gap.count, gap.reason, gap.first, gap.last);
    }
    return { redriven, dropped, forgotten };
  }

  #orders(query: string, values: (string | number)[]): OutboxOrder[] {
    const orders: OutboxOrder[] = [];
    let bytes = 0;
    for (const row of this.#of(query).iterate(...values)) {
      const order = row as unknown as OutboxOrder;
      orders.push(order);
      bytes += order.message.length;
      if (bytes >= MAX_BYTES) break;
    }
    return orders;
  }

  #of(query: string): StatementSync {
    let statement = this.#statements.get(query);
    if (statement === undefined) {
      statement = this.#db.prepare(query);
      this.#statements.set(query, statement);
    }
    return statement;
  }
}
