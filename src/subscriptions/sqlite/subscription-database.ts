import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  type FileKind,
  inTransaction,
  makeFolder,
  openFile,
  prepareTables,
  takeLock,
} from '../../store/sqlite-file.ts';
import type { SubscriptionFilter, SubscriptionPage } from '../subscription-store.ts';
import { COLUMNS, type SubscriptionRow } from './rows.ts';

export type Change =
  | { readonly change: 'insert' | 'replace'; readonly row: SubscriptionRow }
  | { readonly change: 'delete'; readonly id: string; readonly now: number };

/** What is kept after the change; null when there was nothing to change, or something else in its place. */
export type Changed = SubscriptionRow | null;

export interface ListedRows {
  readonly total: number;
  readonly rows: readonly SubscriptionRow[];
}

const TABLES = `
  CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    expires_at INTEGER,
    active INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    created_by_admin INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    principal TEXT,
    row_filter TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX newest ON subscriptions (created_at DESC, id DESC);
  CREATE INDEX newest_of_creator ON subscriptions (created_by, created_at DESC, id DESC);
`;

const FILE: FileKind = {
  application: 0x65737375,
  format: 1,
  tables: TABLES,
  foreign: 'has a subscriptions.sqlite that estrom did not make; choose another folder',
  newer: 'has subscriptions of a newer estrom',
};
const TAKEN =
  'keeps the subscriptions of another estrom; stop that one, or give each a folder of its own';

/** The file of subscriptions, as one thread has it. */
export class SubscriptionDatabase {
  readonly #lock: DatabaseSync;
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #replace: StatementSync;
  readonly #delete: StatementSync;
  readonly #get: StatementSync;
  readonly #group: StatementSync;

  /** @throws StoreProblem or Node's and SQLite's own errors */
  constructor(folder: string) {
    makeFolder(folder);
    this.#lock = takeLock(join(folder, 'subscriptions.lock'), TAKEN);
    this.#db = openFile(join(folder, 'subscriptions.sqlite'));
    prepareTables(this.#db, FILE);
    const names = COLUMNS.join(', ');
    const marks = COLUMNS.map(() => '?').join(', ');
    const others = COLUMNS.filter((column) => column !== 'id');
    this.#insert = this.#db.prepare(
      `INSERT OR IGNORE INTO subscriptions (${names}) VALUES (${marks})`,
    );
    this.#replace = this.#db.prepare(`
      UPDATE subscriptions SET ${others.map((column) => `${column} = ?`).join(', ')}
      WHERE id = ? AND deleted = 0 AND revision = ? - 1`);
    this.#delete = this.#db.prepare(`
      UPDATE subscriptions SET deleted = 1, modified_at = ?, revision = revision + 1
      WHERE id = ? AND deleted = 0`);
    this.#get = this.#db.prepare(`SELECT ${names} FROM subscriptions WHERE id = ?`);
    this.#group = this.#db.prepare(
      `SELECT ${names} FROM subscriptions WHERE id > ? AND deleted = 0 ORDER BY id LIMIT ?`,
    );
  }

  /** Makes all changes or, when it throws, none. */
  commit(changes: readonly Change[]): Changed[] {
    return inTransaction(this.#db, () => changes.map((change) => this.#make(change)));
  }

  get(id: string): SubscriptionRow | null {
    return (this.#get.get(id) as unknown as SubscriptionRow | undefined) ?? null;
  }

  list(filter: SubscriptionFilter, { offset, size }: SubscriptionPage): ListedRows {
    const { where, values } = condition(filter);
    const counted = this.#db
      .prepare(`SELECT count(*) AS total FROM subscriptions ${where}`)
      .get(...values) as { total: number };
    if (size === 0) return { total: counted.total, rows: [] };
    const rows = this.#db
      .prepare(
        `SELECT ${COLUMNS.join(', ')} FROM subscriptions ${where}
         ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`,
      )
      .all(...values, size, offset) as unknown as SubscriptionRow[];
    return { total: counted.total, rows };
  }

  /** Those that are not deleted and come after an id, by id. */
  group(after: string, most: number): SubscriptionRow[] {
    return this.#group.all(after, most) as unknown as SubscriptionRow[];
  }

  close(): void {
    this.#db.close();
    this.#lock.close();
  }

  #make(change: Change): Changed {
    if (change.change === 'delete') {
      this.#delete.run(change.now, change.id);
      return this.get(change.id);
    }
    const { id, ...others } = change.row;
    const values = COLUMNS.flatMap((column) => (column === 'id' ? [] : [others[column]]));
    const { changes } =
      change.change === 'insert'
        ? this.#insert.run(id, ...values)
        : this.#replace.run(...values, id, others.revision);
    return changes === 1 ? change.row : null;
  }
}

function condition(filter: SubscriptionFilter): { where: string; values: SQLInputValue[] } {
  const terms: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (term: string, value: SQLInputValue | undefined) => {
    if (value === undefined) return;
    terms.push(term);
    values.push(value);
  };
  const { now, started, expired } = filter;
  add('created_by = ?', filter.createdBy);
  add('created_at <= ?', filter.before);
  add('created_at >= ?', filter.after);
  add('active = ?', bit(filter.active));
  add('created_by_admin = ?', bit(filter.createdByAdmin));
  add(started === true ? 'starts_at <= ?' : 'starts_at > ?', started === undefined ? started : now);
  add(
    expired === true ? 'expires_at <= ?' : '(expires_at IS NULL OR expires_at > ?)',
    expired === undefined ? expired : now,
  );
  if (!filter.withDeleted) add('deleted = ?', 0);
  return { where: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`, values };
}

function bit(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
