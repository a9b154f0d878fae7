import type { QueryOrdinal } from '../document.ts';
import type { Topic } from './topic.ts';

const NO_TOPIC = 0;

/** Active topics by query ordinal. Ordinals are dense, so the hot look-up is one array read. */
export class TopicTable {
  /** Place in `#topics` by ordinal. */
  #places = new Uint32Array(1024);
  readonly #topics: (Topic | undefined)[] = [undefined];
  readonly #freePlaces: number[] = [];

  has(ordinal: QueryOrdinal): boolean {
    return ordinal < this.#places.length && this.#places[ordinal] !== NO_TOPIC;
  }

  get(ordinal: QueryOrdinal): Topic | undefined {
    return this.#topics[this.#places[ordinal] ?? NO_TOPIC];
  }

  /** There must be none of its ordinal. */
  add(topic: Topic): void {
    const { ordinal } = topic;
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
    const place = this.#places[topic.ordinal]!;
    this.#topics[place] = undefined;
    this.#places[topic.ordinal] = NO_TOPIC;
    this.#freePlaces.push(place);
    return true;
  }
}
