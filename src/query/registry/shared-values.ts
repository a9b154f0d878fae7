/** Values that many queries have in common, such as index expressions: numbers stand for them. */
export class SharedValues<T> {
  readonly #keyOf: (value: T) => string;
  readonly #values: (T | undefined)[] = [];
  readonly #uses: number[] = [];
  readonly #free: number[] = [];
  readonly #numbers = new Map<string, number>();

  /** @param keyOf equal for values that may stand for each other */
  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf;
  }

  /** Number of the value, which has one user more from now on. */
  take(value: T): number {
    const key = this.#keyOf(value);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#free.pop() ?? this.#values.length;
      this.#values[number] = value;
      this.#uses[number] = 0;
      this.#numbers.set(key, number);
    }
    this.#uses[number]! += 1;
    return number;
  }

  at(number: number): T {
    return this.#values[number]!;
  }

  /** Ends one use. */
  release(number: number): void {
    this.#uses[number]! -= 1;
    if (this.#uses[number] !== 0) return;
    this.#numbers.delete(this.#keyOf(this.#values[number]!));
    this.#values[number] = undefined;
    this.#free.push(number);
  }

  /** The values by their numbers; undefined where a number is free. */
  get all(): readonly (T | undefined)[] {
    return this.#values;
  }

  /** Takes values back with the numbers that they had, and no users yet: see {@link use}. */
  restore(values: readonly (T | undefined)[]): void {
    values.forEach((value, number) => {
      this.#values[number] = value;
      this.#uses[number] = 0;
      if (value !== undefined) this.#numbers.set(this.#keyOf(value), number);
    });
  }

  /** Counts one more user of a value that was restored. */
  use(number: number): void {
    this.#uses[number]! += 1;
  }

  /** Frees what was restored and nobody uses. */
  sweep(): void {
    this.#uses.forEach((uses, number) => {
      if (uses !== 0) return;
      const value = this.#values[number];
      if (value !== undefined) this.#numbers.delete(this.#keyOf(value));
      this.#values[number] = undefined;
      this.#free.push(number);
    });
  }
}
