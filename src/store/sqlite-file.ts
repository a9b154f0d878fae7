import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Why a folder cannot be used; the message is the end of a sentence that names the folder. */
export class StoreProblem extends Error {}

/** What a file of estrom's holds. */
export interface FileKind {
  /** Marks the file as this one of estrom's. */
  readonly application: number;
  /** Version of the tables. One that is newer than this program's is refused. */
  readonly format: number;
  /** SQL that makes all tables. */
  readonly tables: string;
  /** SQL that leads to a format from the one before. */
  readonly upgrades?: Readonly<Record<number, string>>;
  /** Message about a file that is another program's. */
  readonly foreign: string;
  /** Begin of the message about one of a newer format. */
  readonly newer: string;
}

/** For its user alone: queries and orders can tell as much as documents do. */
export function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (!existsSync(parent)) mkdirSync(parent, { recursive: true, mode: 0o700 });
  // Not recursive, which never ends where a folder exists but takes no others, such as /proc.
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
}

/**
 * Opens a file for this user alone. A kill of the process undoes no commit of a write-ahead log; with
 * `FULL` a power cut does not either.
 * @param pageSize bytes, of a new file
 */
export function openFile(file: string, pageSize = 4096): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 2000 });
  chmodSync(file, 0o600);
  db.exec(`
    PRAGMA page_size = ${pageSize};
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16384;
  `);
  return db;
}

/**
 * Makes the tables in a new file, checks and upgrades those of an old one.
 * @throws StoreProblem when the file is another program's or a newer version's
 */
export function prepareTables(db: DatabaseSync, kind: FileKind): void {
  const { application, format, tables } = kind;
  const found = pragma(db, 'application_id');
  const version = pragma(db, 'user_version');
  const { n } = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
  if (found === 0 && n === 0) {
    db.exec(`BEGIN IMMEDIATE;
      ${tables}
      PRAGMA application_id = ${application};
      PRAGMA user_version = ${format};
      COMMIT;`);
    return;
  }
  if (found !== application) throw new StoreProblem(kind.foreign);
  if (version > format) {
    throw new StoreProblem(
      `${kind.newer} (format ${version}, and this one knows up to ${format}); start that version, or choose another folder`,
    );
  }
  for (let next = version + 1; next <= format; next++) {
    const upgrade = kind.upgrades?.[next] ?? '';
    db.exec(`BEGIN IMMEDIATE; ${upgrade} PRAGMA user_version = ${next}; COMMIT;`);
  }
}

/** Makes all changes or, when it throws, none. */
export function inTransaction<T>(db: DatabaseSync, change: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = change();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors roll back by themselves, and then there is nothing to roll back.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * A database of its own that stays locked: it ends with the process however that ends, and backups can
 * still read the other one.
 * @throws StoreProblem with the given message when another process has it
 */
export function takeLock(file: string, taken: string): DatabaseSync {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new StoreProblem(taken);
  }
}

const SQLITE_BUSY = 5;

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
