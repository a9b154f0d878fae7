import type { QueryId, QueryOrdinal } from '../document.ts';
import type { Serials } from './serials.ts';

/** A registered query as it is kept; what can be computed from its text is not. */
export interface KeptQuery {
  readonly ordinal: QueryOrdinal;
  readonly id: QueryId;
  /** Canonical index expression. */
  readonly index: string;
  /** As given: a query text, or JSON of the Query DSL. */
  readonly source: string;
  readonly sourceIsJson: boolean;
  /** Query that access control adds to this one; null for none. */
  readonly rowFilter: string | null;
  /** Index expression that access control bounds it by; null for none. */
  readonly scope: string | null;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  /** Who made the kept claims, and when each ends: Infinity until it is withdrawn. */
  readonly claims: readonly KeptClaim[];
  /** End of the grace after the last watcher left: 0 for none, Infinity while it is watched. */
  readonly idleUntil: number;
}

export interface KeptClaim {
  readonly owner: string;
  readonly until: number;
}

/** A query as it was found at start; its serial tells whether a saved segment is old enough to hold it. */
export interface FoundQuery extends KeptQuery {
  readonly serial: number;
}

/** A field's type, fixed for good. */
export interface KeptField {
  readonly index: string;
  readonly path: string;
  readonly type: number;
}

/** A template, an index or the like, as it was put; its form is its owner's. */
export interface KeptAsset {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

/** Where what shippers and people have put about indices is kept. */
export interface AssetStore {
  /** Those that were kept by earlier runs. */
  readonly assets: readonly KeptAsset[];
  /** See {@link QueryStore}. A text of null drops the asset. */
  putAssets(assets: readonly (Omit<KeptAsset, 'text'> & { text: string | null })[]): Promise<void>;
}

/** A file that holds one segment of queries. */
export interface KeptSegment {
  /** Names the file; never used twice. */
  readonly number: number;
  readonly format: number;
  readonly bytes: number;
  readonly queries: number;
  /** xxh64 of the file, hexadecimal. */
  readonly checksum: string;
  /** Queries with a greater serial are not in it, whatever their ordinals. */
  readonly serial: number;
}

/**
 * A file of all queries as the registry has them in memory: what the rows say, to be read at once. What
 * has changed since it was begun is marked, and read from the rows.
 */
export interface KeptImage {
  /** Names the file; never used twice. */
  readonly number: number;
  readonly bytes: number;
  /** xxh64 of the file, hexadecimal. */
  readonly checksum: string;
  /** Serial of the newest query when it was begun. */
  readonly serial: number;
  /** Changes of commits before this one are in it. */
  readonly mark: number;
}

/** Where images of the registry are kept. */
export interface ImageStore {
  /** Folder of the files. */
  readonly imageFolder: string;
  /** The present one, as it was found at start. */
  readonly image: KeptImage | null;
  readonly serial: number;
  /** Serial of each query that was put or found, by ordinal. */
  readonly serials: Serials;
  /** Queries put or dropped since the last image was begun. */
  readonly unimaged: number;
  /** From now on changes are marked. @returns the mark of those that are to come */
  beginImage(): number;
  /** Makes the file the present image. Errors as {@link QueryStore}. */
  putImage(image: KeptImage): Promise<void>;
}

/**
 * Where the registry keeps its queries. Each promise resolves when a kill of the process cannot undo
 * the change any more, and rejects with an EstromError when it could not be written; then the change
 * is owed, and goes out with the next ones.
 */
export interface QueryStore {
  /** @param fresh it was registered now; false when an older query's claims have changed */
  putQuery(query: KeptQuery, fresh: boolean): Promise<void>;
  dropQuery(ordinal: QueryOrdinal): Promise<void>;
}

/** Where the engine keeps the types of fields. */
export interface FieldStore {
  /** See {@link QueryStore}. */
  putFields(fields: readonly KeptField[]): Promise<void>;
}

/** Where the engine keeps its segments: a cache of what the queries' texts say anyway. */
export interface SegmentStore {
  /** Folder of the files. */
  readonly folder: string;
  /** Serial of the newest query that was put. */
  readonly serial: number;
  /** Makes these files the present set, and nothing else. */
  putSegments(segments: readonly KeptSegment[]): Promise<void>;
}
