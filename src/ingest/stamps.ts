import type { Ids } from '../document.ts';

/**
 * The last three digits of a number. V8 keeps the texts of thousands of numbers that it wrote last,
 * long enough to be promoted: of an endless row of ids that is megabytes of old garbage a second.
 */
const LAST_DIGITS = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));

/**
 * What this node adds to documents: ids where the sender gave none, and the `_seq_no` that
 * Elasticsearch's clients expect. Ids are short, URL-safe and unique across restarts, because each
 * start has its own epoch.
 */
export class Stamps {
  /** What every id begins with, before its number. */
  readonly prefix: string;
  #ids = 0;
  #seqNo = 0;
  #thousands = 0;
  #thousandsText = '';

  /** @param epoch different at every start and on every node, URL-safe */
  constructor(epoch: string) {
    this.prefix = `${epoch}-`;
  }

  /**
   * Sets numbers of ids aside for one batch, so that its ids are consecutive and its answer can
   * be written from the first one. Numbers that it does not use are lost.
   */
  takeIds(count: number): number {
    const first = this.#ids;
    this.#ids += count;
    return first;
  }

  /** The id with this number. */
  idAt(number: number): string {
    if (number < 1000) return this.prefix + number;
    const thousands = Math.floor(number / 1000);
    if (thousands !== this.#thousands) {
      this.#thousands = thousands;
      this.#thousandsText = this.prefix + thousands;
    }
    return this.#thousandsText + LAST_DIGITS[number - thousands * 1000]!;
  }

  /** Ids with consecutive numbers, each made when it is asked for. */
  idsFrom(first: number): Ids {
    return { at: (k) => this.idAt(first + k) };
  }

  /** @returns the first of `count` consecutive sequence numbers */
  takeSeqNos(count: number): number {
    const first = this.#seqNo;
    this.#seqNo += count;
    return first;
  }
}
