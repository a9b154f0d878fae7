import type { QueryId, QueryOrdinal } from '../document.ts';
import { parseJson } from './json.ts';

/** A registered query as its users see it. */
export interface QueryEntry {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  /** Canonical index expression. */
  readonly index: string;
  /** As given: a text, or the Query DSL with its numbers as they came. */
  readonly query: unknown;
  readonly topic: string;
  /** Whether every document that comes from now on is matched against it. */
  readonly live: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** When the query ends unless somebody claims or watches it; undefined while it has no end. */
  readonly expiresAt: number | undefined;
}

/** The topic that the matches of a query are published on. */
export function topicOf(id: QueryId): string {
  return `docs-for-${id}`;
}

/**
 * The registry's record of one query. There may be a million of them: no closures, no maps, no
 * parsed forms; one instance with few fields is fine until the ids move to flat tables.
 */
export class Entry implements QueryEntry {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  readonly index: string;
  readonly source: string;
  readonly sourceIsJson: boolean;
  readonly createdAt: number;
  /** What makes it live, while that is under way; shared by the whole group. */
  pending: Promise<void> | null = null;
  watchers = 0;
  /** End of the kept claim: 0 without one, Infinity until it is withdrawn. */
  keptUntil = 0;
  /** End of the grace after the last watcher left. */
  idleUntil = 0;
  /** The earliest time that the expiry queue holds for this entry; Infinity for none. */
  scheduled = Number.POSITIVE_INFINITY;
  ended = false;

  constructor(
    id: QueryId,
    ordinal: QueryOrdinal,
    index: string,
    source: string,
    sourceIsJson: boolean,
    createdAt: number,
  ) {
    this.id = id;
    this.ordinal = ordinal;
    this.index = index;
    this.source = source;
    this.sourceIsJson = sourceIsJson;
    this.createdAt = createdAt;
  }

  get query(): unknown {
    return this.sourceIsJson ? parseJson(this.source) : this.source;
  }

  get topic(): string {
    return topicOf(this.id);
  }

  get live(): boolean {
    return this.pending === null && !this.ended;
  }

  /** When nothing holds the query any more, as far as is known now. */
  get deadline(): number {
    if (this.watchers > 0) return Number.POSITIVE_INFINITY;
    return Math.max(this.keptUntil, this.idleUntil);
  }

  get expiresAt(): number | undefined {
    const end = this.deadline;
    return Number.isFinite(end) ? end : undefined;
  }
}
