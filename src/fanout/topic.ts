import type { QueryOrdinal } from '../document.ts';
import type { Hit } from './broker.ts';
import type { Chunk } from './chunk.ts';
import type { Format } from './formats.ts';
import { Ring } from './rings.ts';
import type { Subscriber } from './subscriber.ts';

/** Ordinals from here on are no queries': what is published there is kept for nobody who resumes. */
export const FIRST_UNKEPT: QueryOrdinal = 2 ** 40;

/** The subscribers of one topic that share a format. */
export class Group {
  readonly format: Format;
  readonly #members = new Set<Subscriber>();

  constructor(format: Format) {
    this.format = format;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  add(subscriber: Subscriber): void {
    this.#members.add(subscriber);
  }

  delete(subscriber: Subscriber): void {
    this.#members.delete(subscriber);
  }

  /** See {@link Subscriber.hasRoom}. */
  hasRoom(bytes: number, before: number): boolean {
    for (const member of this.#members) if (member.hasRoom?.(bytes, before) ?? true) return true;
    return false;
  }

  /** A member may leave while it takes: a limit that is reached ends it. */
  send(chunk: Chunk): void {
    for (const member of this.#members) member.take(chunk);
  }
}

/** One query's subscribers, the hits of this turn of the event loop, and the recent ones. */
export class Topic {
  readonly ordinal: QueryOrdinal;
  readonly groups: Group[] = [];
  readonly ring = new Ring();
  /** Admission number: every match of a later document came here. */
  readonly since: number;
  /** Subscribers that still read the ring. */
  replaying = 0;
  #pending: Hit[] = [];
  #pendingBytes = 0;

  constructor(ordinal: QueryOrdinal, since: number) {
    this.ordinal = ordinal;
    this.since = since;
  }

  get isKept(): boolean {
    return this.ordinal < FIRST_UNKEPT;
  }

  /** Whether some subscriber has room for so many bytes behind those that wait; null without any. */
  hasRoom(bytes: number): boolean | null {
    if (this.isEmpty) return null;
    return this.groups.some((group) => group.hasRoom(bytes, this.#pendingBytes));
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  get isEmpty(): boolean {
    return this.replaying === 0 && this.groups.every((group) => group.isEmpty);
  }

  /** @returns the number of hits that wait */
  add(hit: Hit): number {
    this.#pendingBytes += hit.end - hit.start;
    return this.#pending.push(hit);
  }

  takePending(): readonly Hit[] {
    const pending = this.#pending;
    if (pending.length > 0) {
      this.#pending = [];
      this.#pendingBytes = 0;
    }
    return pending;
  }

  join(subscriber: Subscriber): void {
    let group = this.groups.find((one) => one.format === subscriber.format);
    if (group === undefined) {
      group = new Group(subscriber.format);
      this.groups.push(group);
    }
    group.add(subscriber);
  }

  leave(subscriber: Subscriber): void {
    this.groups.find((one) => one.format === subscriber.format)?.delete(subscriber);
  }
}
