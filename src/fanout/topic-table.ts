import type { QueryOrdinal } from '../document.ts';
import { FIRST_UNKEPT, type Topic } from './topic.ts';

const NO_TOPIC = 0;

/** Active topics by ordinal. Those of queries are dense, so the hot look-up is one array read. */
export class TopicTable {
  readonly #unkept = new Map<QueryOrdinal, Topic>();
  /** Place in `#topics` by ordinal. */
  #places = new Uint32Array(1024);
  readonly #topics: (Topic | undefined)[] = [undefined];
  readonly #freePlaces: number[] = [];

  has(ordinal: QueryOrdinal): boolean {
    if (ordinal < this.#places.length) return this.#places[ordinal] !== NO_TOPIC;
    return this.#unkept.has(ordinal);
  }

  get(ordinal: QueryOrdinal): Topic | undefined {
    if (ordinal >= FIRST_UNKEPT) return this.#unkept.get(ordinal);
    return this.#topics[this.#places[ordinal] ?? NO_TOPIC];
  }

  /** There must be none of its ordinal. */
  add(topic: Topic): void {
    const { ordinal } = topic;
    if (!topic.isKept) {
      this.#unkept.set(ordinal, topic);
      return;
    }
    if (ordinal >= this.#places.length) {
      const grown = new Uint32Array(Math.max(ordinal + 1, this.#places.length * 2));
      grown.set(this.#places);
      this.#places = grown;
    }
    const place = this.#freePlaces.pop() ?? this.#topics.length;
    this.#topics[place] = topic;
    this.#places[ordinal] = place;
  }

  /** @returns false when it is not there, be it that another one of its ordinal is */
  delete(topic: Topic): boolean {
    if (this.get(topic.ordinal) !== topic) return false;
    if (!topic.isKept) return this.#unkept.delete(topic.ordinal);
    const place = this.#places[topic.ordinal]!;
    this.#topics[place] = undefined;
    this.#places[topic.ordinal] = NO_TOPIC;
    this.#freePlaces.push(place);
    return true;
  }
}
