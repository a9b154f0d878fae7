/** A run of records that was handed to the sink together. */
export interface Handed {
  /** The offset after its last record. */
  readonly end: bigint;
  isDurable: boolean;
}

/**
 * Where one partition is read, and how far it may be committed: up to the first record that is not durable,
 * whatever is after it.
 */
export class Partition {
  readonly topic: string;
  readonly number: number;
  /** The next offset to read. */
  position: bigint;
  /** Records after it, as of the broker's last answer. */
  lag = 0;
  #pending: Handed[] = [];
  #committed: bigint;

  constructor(topic: string, number: number, position: bigint) {
    this.topic = topic;
    this.number = number;
    this.position = position;
    this.#committed = position;
  }

  /** Reading goes on at `end`. */
  hand(end: bigint): Handed {
    const handed: Handed = { end, isDurable: false };
    this.#pending.push(handed);
    this.position = end;
    return handed;
  }

  /** The offset that may be committed now, if it is another one than was. */
  get committable(): bigint | undefined {
    let count = 0;
    while (this.#pending[count]?.isDurable === true) count++;
    if (count === 0) return undefined;
    const end = this.#pending[count - 1]!.end;
    return end > this.#committed ? end : undefined;
  }

  /** By this member, or by another one that had it meanwhile. */
  committedTo(offset: bigint): void {
    if (offset <= this.#committed) return;
    this.#committed = offset;
    const rest = this.#pending.findIndex(({ end }) => end > offset);
    this.#pending = rest < 0 ? [] : this.#pending.slice(rest);
  }
}

export function partitionName(topic: string, number: number): string {
  return `${topic}/${number}`;
}
