import { FIELDS } from './fields.ts';
import type { Zone } from './zones.ts';

/** What a text gave so far: fields that it did not give are NaN. */
export class Parsed {
  readonly fields: Float64Array = new Float64Array(FIELDS).fill(Number.NaN);
  zone: Zone | null = null;
  anyCase = false;
  /** Fields in the order in which they were given. */
  readonly #given = new Uint8Array(FIELDS);
  #count = 0;

  reset(): void {
    this.fields.fill(Number.NaN);
    this.zone = null;
    this.anyCase = false;
    this.#count = 0;
  }

  has(field: number): boolean {
    return !Number.isNaN(this.fields[field]!);
  }

  get(field: number): number {
    return this.fields[field]!;
  }

  set(field: number, value: number): void {
    this.fields[field] = value;
  }

  /** The field's value, which is then no longer there. */
  take(field: number): number {
    const value = this.fields[field]!;
    this.fields[field] = Number.NaN;
    return value;
  }

  /** Takes a value from the text; false if the text has given another one. */
  give(field: number, value: number): boolean {
    if (this.has(field)) return this.get(field) === value;
    this.fields[field] = value;
    this.#given[this.#count] = field;
    this.#count += 1;
    return true;
  }

  /** How many fields were given, for {@link forget}. */
  get count(): number {
    return this.#count;
  }

  /** Forgets what was given since there were so many. */
  forget(count: number): void {
    while (this.#count > count) {
      this.#count -= 1;
      this.fields[this.#given[this.#count]!] = Number.NaN;
    }
  }
}
