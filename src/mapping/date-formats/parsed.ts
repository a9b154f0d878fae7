import { FIELDS } from './fields.ts';
import type { Zone } from './zones.ts';

/** What a text gave so far: fields that it did not give are NaN. */
export class Parsed {
  fields: Float64Array = new Float64Array(FIELDS).fill(Number.NaN);
  zone: Zone | null = null;
  anyCase = false;

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
}
