import type { DatabaseSync } from 'node:sqlite';

/** Marks the file as estrom's. */
const APPLICATION = 0x65737472;
/** Version of the tables below. One that is newer than this program's is refused. */
export const STORE_FORMAT = 3;

/** Since format 2. */
const ASSETS = `
  CREATE TABLE assets (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (kind, name)
  ) STRICT, WITHOUT ROWID;
`;

/** Since format 3: an image of all queries, and which of them have changed since it was begun. */
const IMAGES = `
  CREATE TABLE images (
    number INTEGER PRIMARY KEY,
    bytes INTEGER NOT NULL,
    checksum TEXT NOT NULL,
    serial INTEGER NOT NULL,
    mark INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE changed (ordinal INTEGER PRIMARY KEY, mark INTEGER NOT NULL) STRICT;
`;

const TABLES = `
  CREATE TABLE runs (started_at REAL NOT NULL) STRICT;
  CREATE TABLE queries (
    ordinal INTEGER PRIMARY KEY,
    serial INTEGER NOT NULL,
    id TEXT NOT NULL,
    canonical_version INTEGER NOT NULL,
    index_expression TEXT NOT NULL,
    source TEXT NOT NULL,
    source_is_json INTEGER NOT NULL,
    row_filter TEXT,
    scope TEXT,
    created_at REAL NOT NULL,
    owner TEXT,
    kept_until REAL NOT NULL,
    more_claims TEXT,
    idle_until REAL NOT NULL
  ) STRICT;
  CREATE TABLE fields (
    number INTEGER PRIMARY KEY,
    index_name TEXT NOT NULL,
    path TEXT NOT NULL,
    type INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE segments (
    number INTEGER PRIMARY KEY,
    format INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    queries INTEGER NOT NULL,
    checksum TEXT NOT NULL,
    serial INTEGER NOT NULL
  ) STRICT;
  ${ASSETS}
  ${IMAGES}
`;

/** Why a folder cannot be used; the message is the end of a sentence that names the folder. */
export class StoreProblem extends Error {}

/**
 * Prepares an open database: makes the tables in a new one, checks the version of an old one.
 * @throws StoreProblem when the file is another program's or a newer version's
 */
export function prepareSchema(db: DatabaseSync): void {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16384;
  `);
  const application = pragma(db, 'application_id');
  const version = pragma(db, 'user_version');
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
  if (application === 0 && tables.n === 0) {
    db.exec(`BEGIN IMMEDIATE;
      ${TABLES}
      PRAGMA application_id = ${APPLICATION};
      PRAGMA user_version = ${STORE_FORMAT};
      COMMIT;`);
    return;
  }
  if (application !== APPLICATION) {
    throw new StoreProblem('has an estrom.sqlite that estrom did not make; choose another folder');
  }
  if (version > STORE_FORMAT) {
    throw new StoreProblem(
      `was written by a newer estrom (format ${version}, and this one knows up to ${STORE_FORMAT}); start that version, or choose another folder`,
    );
  }
  if (version < 2) db.exec(`BEGIN IMMEDIATE; ${ASSETS} PRAGMA user_version = 2; COMMIT;`);
  if (version < 3) db.exec(`BEGIN IMMEDIATE; ${IMAGES} PRAGMA user_version = 3; COMMIT;`);
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
