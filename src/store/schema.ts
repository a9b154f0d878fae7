import type { FileKind } from './sqlite-file.ts';

/** Marks the file as estrom's. */
const APPLICATION = 0x65737472;
/** Version of the tables below. */
const FORMAT = 3;

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

/** The file of queries and what belongs to them. */
export const STORE_FILE: FileKind = {
  application: APPLICATION,
  format: FORMAT,
  tables: TABLES,
  upgrades: { 2: ASSETS, 3: IMAGES },
  foreign: 'has an estrom.sqlite that estrom did not make; choose another folder',
  newer: 'was written by a newer estrom',
};
