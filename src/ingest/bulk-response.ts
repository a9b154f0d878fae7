import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { DocumentFailure } from '../document.ts';
import { AnswerStream } from './answer-stream.ts';
import type { ClosedBatch } from './batch-builder.ts';
import type { FilterPath } from './filter-path.ts';
import type { Collector } from './intake.ts';
import type { ItemError } from './item.ts';
import { ItemSpill, type Spilled } from './item-spill.ts';
import { ItemTemplates, type RunShape } from './item-template.ts';
import { ownBytes } from './memory.ts';
import { type Run, runPieces } from './run-writer.ts';
import type { Stamps } from './stamps.ts';

type Part = Run | string | Buffer | Spilled;

/** Item texts of one answer that stay in memory; more goes to a file. */
const KEPT_BYTES = 4 * 1024 * 1024;
/** Length of the texts that a batch's items are put together to. */
const TEXT_UNIT = 8192;
/** An answer up to this many items is one string. */
const WHOLE_ITEMS = 5000;

const UNFILTERED = new ItemTemplates(null);

/**
 * The answer to a bulk request: compact, `took`, `errors`, `items` in this order (Vector and
 * Fluent Bit look for the text), items in the order of the actions.
 */
export class BulkResponse implements Collector {
  readonly #stamps: Stamps;
  readonly #filter: FilterPath | null;
  readonly #templates: ItemTemplates;
  readonly #refusal: ItemError | null;
  readonly #positions = new Map<ClosedBatch, number>();
  readonly #parts: (Part | null)[] = [];
  #shapeKey = '';
  #shape: RunShape | null = null;
  #spill: ItemSpill | null = null;
  #keptBytes = 0;
  #items = 0;
  #errors = false;

  /** @param refusal given: every item of the request gets it */
  constructor(stamps: Stamps, filter: FilterPath | null, refusal: ItemError | null = null) {
    this.#stamps = stamps;
    this.#filter = filter;
    this.#templates = filter === null ? UNFILTERED : new ItemTemplates(filter);
    this.#refusal = refusal;
  }

  /** Items so far. */
  get items(): number {
    return this.#items;
  }

  open(closed: ClosedBatch): void {
    this.#positions.set(closed, this.#parts.push(null) - 1);
  }

  settle(closed: ClosedBatch, failures: readonly DocumentFailure[]): void {
    const position = this.#positions.get(closed)!;
    this.#positions.delete(closed);
    this.#items += closed.batch.count + closed.asides.length;
    this.#parts[position] = this.#keep(closed, failures);
  }

  /**
   * The whole answer.
   * @param took milliseconds; @param response what a long answer will be piped to
   */
  body(took: number, response: ServerResponse): string | Readable {
    const head: string[] = [];
    if (this.#shows('took')) head.push(`"took":${took}`);
    if (this.#shows('errors')) head.push(`"errors":${this.#errors}`);
    const start = `{${head.join()}`;
    const hasItems = this.#parts.some((part) => part !== null && part !== '');
    if (!hasItems) {
      const empty = this.#filter === null ? `${head.length > 0 ? ',' : ''}"items":[]` : '';
      return `${start}${empty}}`;
    }
    const open = `${start}${head.length > 0 ? ',' : ''}"items":[`;
    if (this.#items <= WHOLE_ITEMS) {
      // Up to here all parts are text.
      return `${open}${this.#parts.filter((part) => part !== '').join()}]}`;
    }
    return new AnswerStream(this.#chunks(open), response);
  }

  /** Frees what the answer keeps outside of memory; after sending, or when nothing is sent. */
  discard(): void {
    this.#spill?.close();
  }

  *#chunks(open: string): Generator<string | Buffer> {
    yield open;
    let comma = '';
    for (let i = 0; i < this.#parts.length; i++) {
      const part = this.#parts[i]!;
      this.#parts[i] = null;
      if (part === '') continue;
      if (comma !== '') yield comma;
      comma = ',';
      if (typeof part === 'string' || Buffer.isBuffer(part)) yield part;
      else if ('shape' in part) yield* runPieces(part);
      else yield this.#spill!.read(part);
    }
    yield ']}';
  }

  #shows(key: string): boolean {
    return this.#filter === null || this.#filter.apply({ [key]: 0 }) !== undefined;
  }

  /** Long answers are kept in few bytes: as runs, and as text beyond a bound in a file. */
  #keep(closed: ClosedBatch, failures: readonly DocumentFailure[]): Part {
    const isLong = this.#items > WHOLE_ITEMS;
    const run = isLong && failures.length === 0 ? this.#runOf(closed) : null;
    if (run !== null) return run;
    const texts = this.#write(closed, failures);
    if (!isLong || texts.length === 0) return texts.join('');
    const bytes = ownBytes(texts);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes <= KEPT_BYTES) return bytes;
    this.#spill ??= new ItemSpill();
    return this.#spill.write(bytes);
  }

  #runOf(closed: ClosedBatch): Run | null {
    const { batch, ops, asides, firstMadeId: firstId, firstSeqNo } = closed;
    if (asides.length > 0 || this.#refusal !== null || firstId < 0) return null;
    if (typeof ops !== 'string' || batch.indices.length !== 1) return null;
    const index = batch.indices[0]!;
    const key = `${ops} ${index}`;
    if (key !== this.#shapeKey) {
      this.#shapeKey = key;
      this.#shape = this.#templates.runShape(ops, index, this.#stamps.prefix);
    }
    return this.#shape && { shape: this.#shape, firstId, firstSeqNo, count: batch.count };
  }

  #write(closed: ClosedBatch, failures: readonly DocumentFailure[]): string[] {
    const { batch, slab, ops, asides, firstMadeId } = closed;
    const indices = batch.indices.map((name) => JSON.stringify(name));
    const failed = new Map(failures.map((failure) => [failure.slot, failure]));
    const listed = this.#refusal !== null || failed.size > 0 || this.#templates.showsSuccess;
    if (failed.size > 0 || this.#refusal !== null) this.#errors = true;
    let seqNo = closed.firstSeqNo;
    const texts: string[] = [];
    let text = '';
    let next = 0;
    const append = (item: string): void => {
      if (item === '') return;
      text += texts.length === 0 && text === '' ? item : `,${item}`;
      if (text.length < TEXT_UNIT) return;
      texts.push(text);
      text = '';
    };
    for (let slot = 0; listed && slot < batch.count; slot++) {
      for (; asides[next]?.before === slot; next++) append(this.#aside(closed, next, seqNo++));
      const op = typeof ops === 'string' ? ops : ops[slot]!;
      const index = indices[slab.slots[slot * 3 + 2]!]!;
      const id = firstMadeId >= 0 ? `"${batch.ids.at(slot)}"` : JSON.stringify(batch.ids.at(slot));
      const error = this.#refusal ?? failed.get(slot);
      append(
        error === undefined || error === null
          ? this.#templates.success(op, index, id, seqNo)
          : this.#templates.failure(op, index, id, error),
      );
      seqNo++;
    }
    for (; next < asides.length; next++) append(this.#aside(closed, next, seqNo++));
    if (text !== '') texts.push(text);
    return texts;
  }

  #aside(closed: ClosedBatch, position: number, seqNo: number): string {
    const { op, index, id, error } = closed.asides[position]!;
    const indexText = JSON.stringify(index ?? null);
    const idText = JSON.stringify(id ?? null);
    const refused = this.#refusal ?? error;
    if (refused === null) return this.#templates.success(op, indexText, idText, seqNo);
    this.#errors = true;
    return this.#templates.failure(op, indexText, idText, refused);
  }
}
