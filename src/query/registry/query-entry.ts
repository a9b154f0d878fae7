import type { QueryId, QueryOrdinal } from '../../document.ts';
import { EstromError } from '../../errors.ts';
import type { KeptClaim } from '../../store/store.ts';
import type { Audience } from '../audience.ts';
import { parseJson } from '../json.ts';
import type { QueryRecord, Rare, Records } from './records.ts';

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

/** What is left to those who hold the entry of a query that has ended. */
interface Ended extends QueryRecord {
  readonly rare: Rare | undefined;
  readonly claims: readonly KeptClaim[];
  readonly idleUntil: number;
}

/**
 * The registry's record of one query: a view of its tables, so that any number of them may be made and
 * dropped. When the query has ended, changes of it go nowhere.
 */
export class Entry implements QueryEntry {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  readonly #records: Records;
  readonly #generation: number;
  /** What the query was when it was added, of the entry that was made then. */
  readonly #added: QueryRecord | undefined;
  #last: Ended | null = null;

  constructor(records: Records, id: QueryId, ordinal: QueryOrdinal, added?: QueryRecord) {
    this.id = id;
    this.ordinal = ordinal;
    this.#records = records;
    this.#added = added;
    this.#generation = records.generations[ordinal]!;
  }

  get ended(): boolean {
    return this.#records.generations[this.ordinal] !== this.#generation;
  }

  /** Keeps what the query was; to be called right before it ends. */
  end(): void {
    this.#last ??= {
      ...this.#records.read(this.ordinal),
      claims: this.claims,
      idleUntil: this.idleUntil,
      rare: this.#rare,
    };
  }

  get #rare(): Rare | undefined {
    return this.ended ? this.#last?.rare : this.#records.rare.get(this.ordinal);
  }

  #setRare(change: (rare: Rare) => void): void {
    const rare = this.ended ? this.#last?.rare : this.#records.rareOf(this);
    if (rare === undefined) return;
    change(rare);
    if (!this.ended) this.#records.settle(this.ordinal);
  }

  get #record(): QueryRecord {
    if (!this.ended) return this.#records.read(this.ordinal);
    const last = this.#last ?? this.#added;
    if (last !== undefined) return last;
    throw new EstromError('QUERY_UNKNOWN', `the query [${this.id}] has ended meanwhile`);
  }

  get index(): string {
    return this.ended ? this.#record.index : this.#records.indexOf(this.ordinal);
  }

  get audience(): Audience {
    return this.ended ? this.#record.audience : this.#records.audienceOf(this.ordinal);
  }

  get source(): string {
    return this.#record.source;
  }

  get sourceIsJson(): boolean {
    return this.#record.sourceIsJson;
  }

  get createdAt(): number {
    return this.ended ? this.#record.createdAt : this.#records.columns.createdAt[this.ordinal]!;
  }

  get query(): unknown {
    const { source, sourceIsJson } = this.#record;
    return sourceIsJson ? parseJson(source) : source;
  }

  get topic(): string {
    return topicOf(this.id);
  }

  get live(): boolean {
    return this.pending === null && !this.ended;
  }

  /** What makes it live, while that is under way; shared by the whole group. */
  get pending(): Promise<void> | null {
    return this.#rare?.pending ?? null;
  }

  set pending(pending: Promise<void> | null) {
    if (pending === this.pending) return;
    this.#setRare((rare) => {
      rare.pending = pending;
    });
  }

  get watchers(): number {
    return this.#rare?.watchers ?? 0;
  }

  set watchers(watchers: number) {
    this.#setRare((rare) => {
      rare.watchers = watchers;
    });
  }

  /** Null until it is in a shared registry; without one always. */
  get shared(): SharedState | null {
    return this.#rare?.shared ?? null;
  }

  set shared(shared: SharedState | null) {
    this.#setRare((rare) => {
      rare.shared = shared;
    });
  }

  /** False: another node registered it, and nobody has told this one that it got as far as the engine. */
  get isProven(): boolean {
    return this.#rare?.isProven ?? true;
  }

  set isProven(isProven: boolean) {
    if (isProven === this.isProven) return;
    this.#setRare((rare) => {
      rare.isProven = isProven;
    });
  }

  /** End of the grace after the last watcher left. */
  get idleUntil(): number {
    return this.ended
      ? (this.#last?.idleUntil ?? 0)
      : this.#records.columns.idleUntil[this.ordinal]!;
  }

  set idleUntil(time: number) {
    // A store of 0 over 0 would take a page.
    if (!this.ended && this.idleUntil !== time) {
      this.#records.columns.idleUntil[this.ordinal] = time;
    }
  }

  /** The earliest time that the expiry queue holds for this entry; Infinity for none. */
  get scheduled(): number {
    const time = this.ended ? 0 : this.#records.scheduled[this.ordinal]!;
    return time === 0 ? Number.POSITIVE_INFINITY : time;
  }

  set scheduled(time: number) {
    if (this.ended) return;
    this.#records.scheduled[this.ordinal] = Number.isFinite(time) ? time : 0;
  }

  /** End of the first kept claim: 0 without one, Infinity until it is withdrawn. */
  get #claimedUntil(): number {
    return this.#records.columns.claimedUntil[this.ordinal]!;
  }

  /** End of the kept claim that lasts longest. */
  get keptUntil(): number {
    if (this.ended) return this.claims.reduce((most, { until }) => Math.max(most, until), 0);
    let until = this.#claimedUntil;
    for (const end of this.#rare?.otherClaims?.values() ?? []) until = Math.max(until, end);
    return until;
  }

  get claims(): readonly KeptClaim[] {
    if (this.ended) return this.#last?.claims ?? [];
    const claims: KeptClaim[] = [];
    const owner = this.#records.ownerOf(this.ordinal);
    if (owner !== null) claims.push({ owner, until: this.#claimedUntil });
    for (const [other, until] of this.#rare?.otherClaims ?? [])
      claims.push({ owner: other, until });
    return claims;
  }

  /** Replaces all claims. */
  set claims(claims: readonly KeptClaim[]) {
    if (this.ended) return;
    this.#setFirst(null, 0);
    if (this.#rare?.otherClaims) {
      this.#setRare((rare) => {
        rare.otherClaims = null;
      });
    }
    for (const { owner, until } of claims) this.claim(owner, until);
  }

  /** Of two claims of one name the one that lasts longer counts. */
  claim(name: string, until: number): void {
    if (this.ended) return;
    const first = this.#records.ownerOf(this.ordinal);
    if (first === null || first === name) {
      this.#setFirst(name, Math.max(this.#claimedUntil, until));
      return;
    }
    this.#setRare((rare) => {
      rare.otherClaims ??= new Map();
      rare.otherClaims.set(name, Math.max(rare.otherClaims.get(name) ?? 0, until));
    });
  }

  /** Withdraws the claim of that name, if there is one. */
  unclaim(name: string): void {
    if (this.ended) return;
    if (this.#records.ownerOf(this.ordinal) === name) this.#setFirst(null, 0);
    // A name that claims again while no first claim is there has one in each place.
    if (this.#rare?.otherClaims?.has(name)) {
      this.#setRare((rare) => {
        rare.otherClaims?.delete(name);
      });
    }
  }

  #setFirst(owner: string | null, until: number): void {
    this.#records.setOwner(this.ordinal, owner);
    this.#records.columns.claimedUntil[this.ordinal] = until;
  }

  /** When nothing holds the query any more, as far as is known now. */
  get deadline(): number {
    const rare = this.#rare;
    if (rare !== undefined && rare.watchers > 0) return Number.POSITIVE_INFINITY;
    if (rare?.shared && rare.shared.watching.length > 0) return Number.POSITIVE_INFINITY;
    return Math.max(this.keptUntil, this.idleUntil);
  }

  get expiresAt(): number | undefined {
    const end = this.deadline;
    return Number.isFinite(end) ? end : undefined;
  }
}
