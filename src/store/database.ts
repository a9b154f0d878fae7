import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Commit, SerialQuery } from './changes.ts';
import { prepareSchema, StoreProblem } from './schema.ts';
import type { KeptClaim, KeptField, KeptSegment } from './store.ts';

/** What {@link Database.open} finds besides the queries. */
export interface Found {
  readonly fields: readonly KeptField[];
  readonly segments: readonly KeptSegment[];
  readonly queries: number;
  /** Greatest serial in use. */
  readonly serial: number;
}

/** Some queries, a column each, so that they cross threads quickly. */
export interface QueryColumns {
  readonly ordinals: Int32Array;
  readonly serials: Float64Array;
  readonly createdAt: Float64Array;
  readonly idleUntil: Float64Array;
  /** End of the first claim, 0 where there is none. */
  readonly keptUntil: Float64Array;
  readonly sourceIsJson: Uint8Array;
  readonly ids: readonly string[];
  readonly indices: readonly string[];
  readonly sources: readonly string[];
  readonly owners: readonly (string | null)[];
  readonly scopes: readonly (string | null)[];
  readonly rowFilters: readonly (string | null)[];
  /** JSON of the claims after the first. */
  readonly moreClaims: readonly (string | null)[];
}

const COLUMNS = `ordinal, serial, created_at, idle_until, kept_until, source_is_json, id,
  index_expression, source, owner, scope, row_filter, more_claims`;

/**
 * The files in one folder, as one thread has them. The lock is a database of its own that stays
 * locked: it ends with the process however that ends, and backups can still read the other one.
 */
export class Database {
  readonly #lock: DatabaseSync;
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #drop: StatementSync;
  readonly #putField: StatementSync;
  readonly #putSegment: StatementSync;
  #rows: Iterator<unknown[]> | undefined;

  /**
   * @param version of the canonical form that ids are made from now
   * @throws StoreProblem or Node's and SQLite's own errors
   */
  constructor(folder: string, version: number) {
    makeFolder(folder);
    makeFolder(join(folder, 'segments'));
    this.#lock = takeLock(join(folder, 'estrom.lock'));
    const file = join(folder, 'estrom.sqlite');
    this.#db = new DatabaseSync(file, { timeout: 2000 });
    chmodSync(file, 0o600);
    prepareSchema(this.#db);
    // A folder that cannot be written to is found now, not at the first registration.
    this.#db.exec('BEGIN IMMEDIATE; DELETE FROM runs');
    this.#db.prepare('INSERT INTO runs (started_at) VALUES (?)').run(Date.now());
    this.#db.exec('COMMIT');
    // A query whose claims have changed keeps its serial: the segments that hold it still do.
    this.#put = this.#db.prepare(`
      INSERT INTO queries (${COLUMNS}, canonical_version)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${version})
      ON CONFLICT (ordinal) DO UPDATE SET
        serial = CASE WHEN ? THEN excluded.serial ELSE serial END,
        canonical_version = excluded.canonical_version, created_at = excluded.created_at,
        idle_until = excluded.idle_until, kept_until = excluded.kept_until,
        source_is_json = excluded.source_is_json, id = excluded.id,
        index_expression = excluded.index_expression, source = excluded.source,
        owner = excluded.owner, scope = excluded.scope, row_filter = excluded.row_filter,
        more_claims = excluded.more_claims`);
    this.#drop = this.#db.prepare('DELETE FROM queries WHERE ordinal = ?');
    this.#putField = this.#db.prepare(
      'INSERT INTO fields (index_name, path, type) VALUES (?, ?, ?)',
    );
    this.#putSegment = this.#db.prepare(
      'INSERT INTO segments (number, format, bytes, queries, checksum, serial) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }

  found(): Found {
    const { queries, serial } = this.#db
      .prepare('SELECT count(*) AS queries, coalesce(max(serial), 0) AS serial FROM queries')
      .get() as { queries: number; serial: number };
    const fields = this.#db
      .prepare('SELECT index_name AS "index", path, type FROM fields ORDER BY number')
      .all() as unknown as KeptField[];
    const segments = this.#db
      .prepare('SELECT number, format, bytes, queries, checksum, serial FROM segments')
      .all() as unknown as KeptSegment[];
    const saved = segments.reduce((most, segment) => Math.max(most, segment.serial), 0);
    return { fields, segments, queries, serial: Math.max(serial, saved) };
  }

  /** The next queries, by ordinal; undefined after the last. */
  nextQueries(most: number): QueryColumns | undefined {
    if (this.#rows === undefined) {
      const select = this.#db.prepare(`SELECT ${COLUMNS} FROM queries ORDER BY ordinal`);
      select.setReturnArrays(true);
      this.#rows = select.iterate() as unknown as Iterator<unknown[]>;
    }
    const rows: unknown[][] = [];
    while (rows.length < most) {
      const { value, done } = this.#rows.next();
      if (done) break;
      rows.push(value);
    }
    return rows.length === 0 ? undefined : columnsOf(rows);
  }

  /** Writes everything or, when it throws, nothing. */
  commit({ queries, fields, segments }: Commit): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      for (const [ordinal, query] of queries) {
        if (query === null) this.#drop.run(ordinal);
        else this.#putQuery(query);
      }
      for (const { index, path, type } of fields) this.#putField.run(index, path, type);
      if (segments !== null) {
        this.#db.exec('DELETE FROM segments');
        for (const { number, format, bytes, queries: count, checksum, serial } of segments) {
          this.#putSegment.run(number, format, bytes, count, checksum, serial);
        }
      }
      this.#db.exec('COMMIT');
    } catch (error) {
      // Some errors roll back by themselves, and then there is nothing to roll back.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#db.close();
    this.#lock.close();
  }

  #putQuery(query: SerialQuery): void {
    const [first, ...more] = query.claims;
    this.#put.run(
      query.ordinal,
      query.serial,
      query.createdAt,
      query.idleUntil,
      first?.until ?? 0,
      query.sourceIsJson ? 1 : 0,
      query.id,
      query.index,
      query.source,
      first?.owner ?? null,
      query.scope,
      query.rowFilter,
      more.length === 0 ? null : claimsText(more),
      query.fresh ? 1 : 0,
    );
  }
}

/** For its user alone: query texts can tell as much as documents do. */
function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (!existsSync(parent)) mkdirSync(parent, { recursive: true, mode: 0o700 });
  // Not recursive, which never ends where a folder exists but takes no others, such as /proc.
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
}

function takeLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new StoreProblem(
      'is in use by another estrom; stop that one, or give each a folder of its own',
    );
  }
}

const SQLITE_BUSY = 5;

/** JSON knows no Infinity. */
function claimsText(claims: readonly KeptClaim[]): string {
  return JSON.stringify(
    claims.map(({ owner, until }) => [owner, until === Number.POSITIVE_INFINITY ? null : until]),
  );
}

function columnsOf(rows: readonly unknown[][]): QueryColumns {
  const numbers = (column: number) => Float64Array.from(rows, (row) => row[column] as number);
  const texts = (column: number) => rows.map((row) => row[column] as string);
  const maybe = (column: number) => rows.map((row) => row[column] as string | null);
  return {
    ordinals: Int32Array.from(rows, (row) => row[0] as number),
    serials: numbers(1),
    createdAt: numbers(2),
    idleUntil: numbers(3),
    keptUntil: numbers(4),
    sourceIsJson: Uint8Array.from(rows, (row) => row[5] as number),
    ids: texts(6),
    indices: texts(7),
    sources: texts(8),
    owners: maybe(9),
    scopes: maybe(10),
    rowFilters: maybe(11),
    moreClaims: maybe(12),
  };
}
