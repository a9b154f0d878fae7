import type { FilterPath } from '../ingest/filter-path.ts';
import { ItemSpill, type Spilled } from '../ingest/item-spill.ts';
import { memberRanges, type Range } from '../ingest/json-range.ts';
import { scalarText } from './answer-items.ts';

/** Items of one answer that stay in memory; more goes to a file. */
const KEPT_BYTES = 8 * 1024 * 1024;

/**
 * The answer to a bulk request that went to Elasticsearch in one or more parts: of one part it is what
 * Elasticsearch said, of several their items one after the other.
 */
export class JoinedAnswer {
  #first: Buffer | null = null;
  #count = 0;
  #took = 0;
  #ingestTook: number | null = null;
  #errors = false;
  #items: (Buffer | Spilled)[] = [];
  #kept = 0;
  #spill: ItemSpill | null = null;

  /** @param injected what is left out, in ascending order */
  add(answer: Buffer, injected: readonly Range[]): void {
    if (this.#count++ === 0) {
      this.#first = without(answer, injected, 0, answer.length);
      return;
    }
    if (this.#first !== null) {
      this.#join(this.#first, []);
      this.#first = null;
    }
    this.#join(answer, injected);
  }

  /** @returns the pieces of the answer */
  *pieces(filter: FilterPath | null): Generator<Buffer> {
    if (filter !== null) {
      // What is left of it is made anew: filters are asked for to have short answers.
      const whole = JSON.parse(Buffer.concat([...this.#unfiltered()]).toString()) as unknown;
      yield Buffer.from(JSON.stringify(filter.apply(whole) ?? {}));
      return;
    }
    yield* this.#unfiltered();
  }

  /** Whether it is short enough to be sent at once. */
  get isShort(): boolean {
    return this.#spill === null;
  }

  close(): void {
    this.#spill?.close();
  }

  *#unfiltered(): Generator<Buffer> {
    if (this.#first !== null) {
      yield this.#first;
      return;
    }
    const ingest = this.#ingestTook === null ? '' : `"ingest_took":${this.#ingestTook},`;
    yield Buffer.from(`{"took":${this.#took},${ingest}"errors":${this.#errors},"items":[`);
    for (const [i, piece] of this.#items.entries()) {
      if (i > 0) yield Buffer.from(',');
      yield Buffer.isBuffer(piece) ? piece : this.#spill!.read(piece);
    }
    yield Buffer.from(']}');
  }

  #join(answer: Buffer, injected: readonly Range[]): void {
    const members = memberRanges(answer, 0, answer.length)!;
    const text = (key: string): string => {
      const range = members.get(key);
      return range === undefined ? '' : scalarText(answer, range);
    };
    this.#took += Number(text('took'));
    if (members.has('ingest_took')) {
      this.#ingestTook = (this.#ingestTook ?? 0) + Number(text('ingest_took'));
    }
    this.#errors ||= text('errors') === 'true';
    const { start, end } = members.get('items')!;
    const items = without(answer, injected, start + 1, end - 1);
    if (items.length > 0) this.#keep(items);
  }

  #keep(items: Buffer): void {
    this.#kept += items.length;
    if (this.#kept <= KEPT_BYTES) {
      this.#items.push(items);
      return;
    }
    this.#spill ??= new ItemSpill();
    this.#items.push(this.#spill.write(items));
  }
}

/** The bytes from `start` to `end` without those ranges. */
export function without(
  bytes: Buffer,
  ranges: readonly Range[],
  start: number,
  end: number,
): Buffer {
  if (ranges.length === 0) return bytes.subarray(start, end);
  const kept: Buffer[] = [];
  let at = start;
  for (const range of ranges) {
    kept.push(bytes.subarray(at, range.start));
    at = range.end;
  }
  kept.push(bytes.subarray(at, end));
  return Buffer.concat(kept);
}
