import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Commit, SerialQuery } from './changes.ts';
import { ImageTables } from './image-tables.ts';
import { STORE_FILE } from './schema.ts';
import { inTransaction, makeFolder, openFile, prepareTables, takeLock } from './sqlite-file.ts';
import type { KeptAsset, KeptClaim, KeptField, KeptImage, KeptSegment } from './store.ts';

/** What {@link Database.open} finds besides the queries. */
export interface Found {
  readonly fields: readonly KeptField[];
  readonly segments: readonly KeptSegment[];
  readonly assets: readonly KeptAsset[];
  /** Greatest serial in use. */
  readonly serial: number;
  readonly image: KeptImage | null;
  /** Ordinals of queries that have changed since the image was begun, or were dropped. */
  readonly changed: readonly number[];
  /** Greater than all marks in use. */
  readonly mark: number;
}

/**
 * Some queries as SQLite itself writes them: a JSON array a column. Making a million rows objects on
 * this thread, and copying them to another, took several times as long as reading these texts there.
 */
export interface QueryColumns {
  readonly ordinals: string;
  readonly serials: string;
  readonly createdAt: string;
  readonly idleUntil: string;
  /** End of the first claim. */
  readonly keptUntil: string;
  readonly sourceIsJson: string;
  readonly ids: string;
  readonly indices: string;
  readonly sources: string;
  /** Who made the first claim; null where there is none. */
  readonly owners: string;
  /** What few have: [ordinal, scope, row filter, JSON of the claims after the first] of those. */
  readonly others: string;
}

const COLUMNS = `ordinal, serial, created_at, idle_until, kept_until, source_is_json, id,
  index_expression, source, owner, scope, row_filter, more_claims`;

const READ = `
  SELECT max(ordinal) AS last,
    json_group_array(ordinal) AS ordinals,
    json_group_array(serial) AS serials,
    json_group_array(created_at) AS createdAt,
    json_group_array(idle_until) AS idleUntil,
    json_group_array(kept_until) AS keptUntil,
    json_group_array(source_is_json) AS sourceIsJson,
    json_group_array(id) AS ids,
    json_group_array(index_expression) AS indices,
    json_group_array(source) AS sources,
    json_group_array(owner) AS owners,
    json_group_array(json_array(ordinal, scope, row_filter, more_claims))
      FILTER (WHERE coalesce(scope, row_filter, more_claims) IS NOT NULL) AS others
  FROM (SELECT * FROM queries WHERE ordinal > ? CHANGED ORDER BY ordinal LIMIT ?)`;
const CHANGED = 'AND ordinal IN (SELECT ordinal FROM changed)';

const TAKEN = 'is in use by another estrom; stop that one, or give each a folder of its own';

/** The files in one folder, as one thread has them. */
export class Database {
  readonly #lock: DatabaseSync;
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #drop: StatementSync;
  readonly #putField: StatementSync;
  readonly #putSegment: StatementSync;
  readonly #images: ImageTables;
  readonly #putAsset: StatementSync;
  readonly #dropAsset: StatementSync;
  #last = -1;

  /**
   * @param version of the canonical form that ids are made from now
   * @throws StoreProblem or Node's and SQLite's own errors
   */
  constructor(folder: string, version: number) {
    makeFolder(folder);
    makeFolder(join(folder, 'segments'));
    this.#lock = takeLock(join(folder, 'estrom.lock'), TAKEN);
    this.#db = openFile(join(folder, 'estrom.sqlite'));
    prepareTables(this.#db, STORE_FILE);
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
    this.#images = new ImageTables(this.#db);
    this.#putField = this.#db.prepare(
      'INSERT INTO fields (index_name, path, type) VALUES (?, ?, ?)',
    );
    this.#putSegment = this.#db.prepare(
      'INSERT INTO segments (number, format, bytes, queries, checksum, serial) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#putAsset = this.#db.prepare(
      'INSERT OR REPLACE INTO assets (kind, name, text) VALUES (?, ?, ?)',
    );
    this.#dropAsset = this.#db.prepare('DELETE FROM assets WHERE kind = ? AND name = ?');
  }

  found(): Found {
    const { image, changed, mark } = this.#images.found();
    // With an image only the changed rows are read: all of them take a second or more.
    const rows = image === null ? 'queries' : 'queries JOIN changed USING (ordinal)';
    const { serial } = this.#db
      .prepare(`SELECT coalesce(max(serial), 0) AS serial FROM ${rows}`)
      .get() as { serial: number };
    const fields = this.#db
      .prepare('SELECT index_name AS "index", path, type FROM fields ORDER BY number')
      .all() as unknown as KeptField[];
    const segments = this.#db
      .prepare('SELECT number, format, bytes, queries, checksum, serial FROM segments')
      .all() as unknown as KeptSegment[];
    const assets = this.#db
      .prepare('SELECT kind, name, text FROM assets')
      .all() as unknown as KeptAsset[];
    const saved = segments.reduce((most, segment) => Math.max(most, segment.serial), 0);
    const last = Math.max(serial, saved, image?.serial ?? 0);
    return { fields, segments, assets, serial: last, image, changed, mark };
  }

  /**
   * The next queries, by ordinal; undefined after the last.
   * @param onlyChanged since the image was begun
   */
  nextQueries(most: number, onlyChanged: boolean): QueryColumns | undefined {
    const read = READ.replace('CHANGED', onlyChanged ? CHANGED : '');
    const row = this.#db.prepare(read).get(this.#last, most);
    const { last, ...columns } = row as unknown as QueryColumns & { last: number | null };
    if (last === null) return undefined;
    this.#last = last;
    return columns;
  }

  /** Writes everything or, when it throws, nothing. */
  commit({ queries, fields, segments, assets, image, mark }: Commit): void {
    inTransaction(this.#db, () => {
      for (const [ordinal, query] of queries) {
        if (query === null) this.#drop.run(ordinal);
        else this.#putQuery(query);
        if (mark > 0) this.#images.markChanged(ordinal, mark);
      }
      for (const { index, path, type } of fields) this.#putField.run(index, path, type);
      for (const { kind, name, text } of assets) {
        if (text === null) this.#dropAsset.run(kind, name);
        else this.#putAsset.run(kind, name, text);
      }
      if (segments !== null) {
        this.#db.exec('DELETE FROM segments');
        for (const { number, format, bytes, queries: count, checksum, serial } of segments) {
          this.#putSegment.run(number, format, bytes, count, checksum, serial);
        }
      }
      if (image !== null) this.#images.put(image);
    });
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

/** JSON knows no Infinity. */
function claimsText(claims: readonly KeptClaim[]): string {
  return JSON.stringify(
    claims.map(({ owner, until }) => [owner, until === Number.POSITIVE_INFINITY ? null : until]),
  );
}
