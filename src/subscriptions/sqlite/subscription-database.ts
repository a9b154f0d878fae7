import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
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

/** Marks the file as estrom's subscriptions. */
const APPLICATION = 0x65737375;
const FORMAT = 1;

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

/** Why a folder cannot be used; the message is the end of a sentence that names the folder. */
export class SubscriptionsProblem extends Error {}

/** The file of subscriptions, as one thread has it; its lock is as that of the other store. */
export class SubscriptionDatabase {
  readonly #lock: DatabaseSync;
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #replace: StatementSync;
  readonly #delete: StatementSync;
  readonly #get: StatementSync;
  readonly #group: StatementSync;

  /** @throws SubscriptionsProblem or Node's and SQLite's own errors */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#lock = takeLock(join(folder, 'subscriptions.lock'));
    const file = join(folder, 'subscriptions.sqlite');
    this.#db = new DatabaseSync(file, { timeout: 2000 });
    chmodSync(file, 0o600);
    prepare(this.#db);
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
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const changed = changes.map((change) => this.#make(change));
      this.#db.exec('COMMIT');
      return changed;
    } catch (error) {
      // Some errors roll back by themselves, and then there is nothing to roll back.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
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

function prepare(db: DatabaseSync): void {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16384;
  `);
  const application = pragma(db, 'application_id');
  const format = pragma(db, 'user_version');
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
  if (application === 0 && tables.n === 0) {
    db.exec(`BEGIN IMMEDIATE;
      ${TABLES}
      PRAGMA application_id = ${APPLICATION};
      PRAGMA user_version = ${FORMAT};
      COMMIT;`);
    return;
  }
  if (application !== APPLICATION) {
    throw new SubscriptionsProblem(
      'has a subscriptions.sqlite that estrom did not make; choose another folder',
    );
  }
  if (format > FORMAT) {
    throw new SubscriptionsProblem(
      `has subscriptions of a newer estrom (format ${format}, and this one knows up to ${FORMAT}); start that version, or choose another folder`,
    );
  }
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

const SQLITE_BUSY = 5;

function takeLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new SubscriptionsProblem(
      'keeps the subscriptions of another estrom; stop that one, or give each a folder of its own',
    );
  }
}
