import type { QueryOrdinal } from '../../document.ts';
import { type Audience, NO_BOUNDS } from '../audience.ts';
import type { Entry, SharedState } from './query-entry.ts';
import { QueryTexts } from './query-texts.ts';
import { SharedValues } from './shared-values.ts';

/** What a query is from its registration to its end. */
export interface QueryRecord {
  /** Canonical index expression. */
  readonly index: string;
  /** As given: a text, or JSON. */
  readonly source: string;
  readonly sourceIsJson: boolean;
  readonly audience: Audience;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
}

/** What few queries have at a time: those that are being registered or watched, and those of several owners. */
export interface Rare {
  /** The one object for the query, as long as it has any of these. */
  readonly entry: Entry;
  pending: Promise<void> | null;
  watchers: number;
  otherClaims: Map<string, number> | null;
  shared: SharedState | null;
  isProven: boolean;
}

const PRESENT = 1;
const JSON_SOURCE = 2;
const LEAST = 1024;

/** The columns, by ordinal. What is mostly 0 takes no memory: such pages are never touched. */
export interface Columns {
  readonly flags: Uint8Array;
  /** Position of the text. */
  readonly texts: Uint32Array;
  /** Numbers of shared values. */
  readonly indices: Uint32Array;
  readonly audiences: Uint32Array;
  /** Number of the first claim's owner + 1; 0 where there is none. */
  readonly owners: Uint32Array;
  readonly createdAt: Float64Array;
  readonly claimedUntil: Float64Array;
  readonly idleUntil: Float64Array;
}

/**
 * What the registry keeps of a million queries: flat columns and texts outside of the heap, about 90 bytes a
 * query instead of 330 as objects. Entries are views of it, made when they are asked for.
 */
export class Records {
  readonly texts = new QueryTexts((ordinal, from, to) => this.#moveText(ordinal, from, to));
  readonly indices = new SharedValues<string>((index) => index);
  readonly owners = new SharedValues<string>((owner) => owner);
  readonly audiences = new SharedValues<Audience>(
    ({ key, index, rowFilter }) => `${key}\0${index}\0${rowFilter}`,
  );
  readonly rare = new Map<QueryOrdinal, Rare>();
  columns = makeColumns(LEAST);
  /** The earliest time that the expiry queue holds for a query; 0 for none. */
  scheduled = new Float64Array(LEAST);
  /** How often an ordinal was given up: tells a view of a query that has ended. */
  generations = new Uint32Array(LEAST);

  constructor() {
    // Number 0, whose column takes no memory.
    this.audiences.take(NO_BOUNDS);
  }

  has(ordinal: QueryOrdinal): boolean {
    return ordinal < this.columns.flags.length && this.columns.flags[ordinal] !== 0;
  }

  add(ordinal: QueryOrdinal, record: QueryRecord): void {
    if (ordinal >= this.columns.flags.length) this.#grow(ordinal + 1);
    const { flags, texts, indices, audiences, createdAt } = this.columns;
    flags[ordinal] = PRESENT | (record.sourceIsJson ? JSON_SOURCE : 0);
    texts[ordinal] = this.texts.put(ordinal, record.source);
    indices[ordinal] = this.indices.take(record.index);
    audiences[ordinal] = this.audiences.take(record.audience);
    createdAt[ordinal] = record.createdAt;
  }

  read(ordinal: QueryOrdinal): QueryRecord {
    const { flags, texts, indices, audiences, createdAt } = this.columns;
    return {
      index: this.indices.at(indices[ordinal]!),
      source: this.texts.get(texts[ordinal]!),
      sourceIsJson: (flags[ordinal]! & JSON_SOURCE) !== 0,
      audience: this.audiences.at(audiences[ordinal]!),
      createdAt: createdAt[ordinal]!,
    };
  }

  delete(ordinal: QueryOrdinal): void {
    const { flags, texts, indices, audiences, claimedUntil, idleUntil } = this.columns;
    this.setOwner(ordinal, null);
    flags[ordinal] = 0;
    this.texts.delete(texts[ordinal]!);
    texts[ordinal] = 0;
    this.indices.release(indices[ordinal]!);
    this.audiences.release(audiences[ordinal]!);
    claimedUntil[ordinal] = 0;
    idleUntil[ordinal] = 0;
    this.scheduled[ordinal] = 0;
    this.generations[ordinal]! += 1;
    this.rare.delete(ordinal);
  }

  indexOf(ordinal: QueryOrdinal): string {
    return this.indices.at(this.columns.indices[ordinal]!);
  }

  audienceOf(ordinal: QueryOrdinal): Audience {
    return this.audiences.at(this.columns.audiences[ordinal]!);
  }

  /** Who made the first claim; null where there is none. */
  ownerOf(ordinal: QueryOrdinal): string | null {
    const number = this.columns.owners[ordinal]!;
    return number === 0 ? null : this.owners.at(number - 1);
  }

  setOwner(ordinal: QueryOrdinal, owner: string | null): void {
    const { owners } = this.columns;
    const before = owners[ordinal]!;
    const after = owner === null ? 0 : this.owners.take(owner) + 1;
    if (before !== 0) this.owners.release(before - 1);
    // A store of 0 over 0 would take a page.
    if (before !== after) owners[ordinal] = after;
  }

  /** What few have, made for this query. */
  rareOf(entry: Entry): Rare {
    let rare = this.rare.get(entry.ordinal);
    if (rare === undefined) {
      rare = {
        ...{ entry, pending: null, watchers: 0, otherClaims: null, shared: null },
        isProven: true,
      };
      this.rare.set(entry.ordinal, rare);
    }
    return rare;
  }

  /** Forgets what has become like everybody's. */
  settle(ordinal: QueryOrdinal): void {
    const rare = this.rare.get(ordinal);
    if (rare === undefined || rare.pending !== null || rare.watchers > 0) return;
    if (rare.shared !== null || !rare.isProven || (rare.otherClaims?.size ?? 0) > 0) return;
    this.rare.delete(ordinal);
  }

  /** Takes columns back, and what their numbers stand for; to be called before anything is added. */
  restore(
    columns: Columns,
    values: {
      readonly indices: readonly (string | undefined)[];
      readonly owners: readonly (string | undefined)[];
      readonly audiences: readonly (Audience | undefined)[];
      readonly texts: readonly Buffer[];
    },
  ): void {
    this.columns = columns;
    this.scheduled = new Float64Array(columns.flags.length);
    this.generations = new Uint32Array(columns.flags.length);
    this.indices.restore(values.indices);
    this.owners.restore(values.owners);
    this.audiences.restore(values.audiences);
    // Number 0 is nobody's to free.
    this.audiences.use(0);
    this.texts.restore(values.texts);
    const { flags, texts, indices, owners, audiences } = columns;
    for (let ordinal = 0; ordinal < flags.length; ordinal += 1) {
      if (flags[ordinal] === 0) {
        this.#clear(ordinal);
        continue;
      }
      this.texts.use(texts[ordinal]!);
      this.indices.use(indices[ordinal]!);
      this.audiences.use(audiences[ordinal]!);
      if (owners[ordinal] !== 0) this.owners.use(owners[ordinal]! - 1);
    }
    for (const shared of [this.indices, this.owners, this.audiences]) shared.sweep();
  }

  /** Of a query that is not there; stores only where something is, for the sake of untouched pages. */
  #clear(ordinal: QueryOrdinal): void {
    for (const name of COLUMN_NAMES) {
      const column = this.columns[name];
      if (column[ordinal] !== 0) column[ordinal] = 0;
    }
  }

  #moveText(ordinal: QueryOrdinal, from: number, to: number): boolean {
    const { texts } = this.columns;
    if (texts[ordinal] !== from) return false;
    texts[ordinal] = to;
    return true;
  }

  #grow(needed: number): void {
    const length = Math.max(needed, this.columns.flags.length * 2);
    const columns = makeColumns(length);
    for (const name of COLUMN_NAMES) copy(this.columns[name], columns[name]);
    this.columns = columns;
    this.scheduled = copy(this.scheduled, new Float64Array(length));
    this.generations = copy(this.generations, new Uint32Array(length));
  }
}

function makeColumns(length: number): Columns {
  return {
    flags: new Uint8Array(length),
    texts: new Uint32Array(length),
    indices: new Uint32Array(length),
    audiences: new Uint32Array(length),
    owners: new Uint32Array(length),
    createdAt: new Float64Array(length),
    claimedUntil: new Float64Array(length),
    idleUntil: new Float64Array(length),
  };
}

export const COLUMN_NAMES = [
  ...(['createdAt', 'claimedUntil', 'idleUntil'] as const),
  ...(['texts', 'indices', 'audiences', 'owners', 'flags'] as const),
];

type Numbers = Uint8Array | Uint32Array | Float64Array;

/** Block by block, and not where all are 0: those pages stay untouched. */
function copy<T extends Numbers>(from: Numbers, to: T): T {
  const block = 4096;
  for (let at = 0; at < from.length; at += block) {
    const part = from.subarray(at, at + block);
    if (part.some((value) => value !== 0)) to.set(part, at);
  }
  return to;
}
