import type { QueryId, QueryOrdinal } from '../document.ts';
import type { KeptClaim } from '../store/store.ts';
import type { Audience } from './audience.ts';
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
  /** The bounds of those who may attach to it; they are part of what it matches. */
  readonly audience: Audience;
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

/** What is known of an entry's document in a registry that several nodes share. */
export interface SharedState {
  readonly seqNo: number;
  readonly term: number;
  /** Nodes whose tails watch it. */
  readonly watching: readonly string[];
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
  readonly audience: Audience;
  readonly createdAt: number;
  /** What makes it live, while that is under way; shared by the whole group. */
  pending: Promise<void> | null = null;
  watchers = 0;
  /** Who made the first kept claim, and its end: 0 without one, Infinity until it is withdrawn. */
  #claimant: string | null = null;
  #claimedUntil = 0;
  /** Those of others, which are rare. */
  #otherClaims: Map<string, number> | null = null;
  /** End of the grace after the last watcher left. */
  idleUntil = 0;
  /** The earliest time that the expiry queue holds for this entry; Infinity for none. */
  scheduled = Number.POSITIVE_INFINITY;
  ended = false;
  /** Null until it is in a shared registry; without one always. */
  shared: SharedState | null = null;
  /** False: another node registered it, and nobody has told this one that it got as far as the engine. */
  isProven = true;

  constructor(
    id: QueryId,
    ordinal: QueryOrdinal,
    index: string,
    source: string,
    sourceIsJson: boolean,
    audience: Audience,
    createdAt: number,
  ) {
    this.id = id;
    this.ordinal = ordinal;
    this.index = index;
    this.source = source;
    this.sourceIsJson = sourceIsJson;
    this.audience = audience;
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

  /** End of the kept claim that lasts longest. */
  get keptUntil(): number {
    let until = this.#claimedUntil;
    for (const end of this.#otherClaims?.values() ?? []) until = Math.max(until, end);
    return until;
  }

  get claims(): readonly KeptClaim[] {
    const claims: KeptClaim[] = [];
    if (this.#claimant !== null) claims.push({ owner: this.#claimant, until: this.#claimedUntil });
    for (const [owner, until] of this.#otherClaims ?? []) claims.push({ owner, until });
    return claims;
  }

  /** Replaces all claims. */
  set claims(claims: readonly KeptClaim[]) {
    this.#claimant = null;
    this.#claimedUntil = 0;
    this.#otherClaims = null;
    for (const { owner, until } of claims) this.claim(owner, until);
  }

  /** Of two claims of one name the one that lasts longer counts. */
  claim(name: string, until: number): void {
    if (this.#claimant === null || this.#claimant === name) {
      this.#claimant = name;
      this.#claimedUntil = Math.max(this.#claimedUntil, until);
      return;
    }
    this.#otherClaims ??= new Map();
    this.#otherClaims.set(name, Math.max(this.#otherClaims.get(name) ?? 0, until));
  }

  /** Withdraws the claim of that name, if there is one. */
  unclaim(name: string): void {
    if (this.#claimant === name) {
      this.#claimant = null;
      this.#claimedUntil = 0;
    }
    // A name that claims again while no first claim is there has one in each place.
    this.#otherClaims?.delete(name);
  }

  /** When nothing holds the query any more, as far as is known now. */
  get deadline(): number {
    const isWatched =
      this.watchers > 0 || (this.shared !== null && this.shared.watching.length > 0);
    if (isWatched) return Number.POSITIVE_INFINITY;
    return Math.max(this.keptUntil, this.idleUntil);
  }

  get expiresAt(): number | undefined {
    const end = this.deadline;
    return Number.isFinite(end) ? end : undefined;
  }
}
