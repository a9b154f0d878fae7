import type { FilterPath } from './filter-path.ts';
import { BULK_OPS, type BulkOp, type ItemError } from './item.ts';

const HOLE_INDEX = 0;
const HOLE_ID = 1;
const HOLE_SEQ_NO = 2;
const HOLE_STATUS = 3;
const HOLE_TYPE = 4;
const HOLE_REASON = 5;

/** Stands for a value in an example item; no control character survives in JSON text. */
const hole = (number: number): string => `\u0001${number}`;
const HOLE = /"\\u0001(\d)"/;

/** The text of an item with holes: literals at even positions, numbers of holes between them. */
interface Template {
  readonly literals: readonly string[];
  readonly holes: readonly number[];
}

interface Templates {
  readonly ok: Template | null;
  readonly failed: Template | null;
}

/** Items that went well, of one operation and index: they differ in the numbers between the parts. */
export interface RunShape {
  readonly parts: readonly Buffer[];
  readonly numbers: readonly ('id' | 'seqNo')[];
}

/**
 * Writes the items of a bulk answer. `filter_path` is applied once, to an example of each kind of
 * item; the items themselves are the texts between the values that differ.
 */
export class ItemTemplates {
  readonly #byOp: Record<BulkOp, Templates>;
  /** Whether items that went well are in the answer. */
  readonly showsSuccess: boolean;

  constructor(filter: FilterPath | null) {
    const compile = (item: unknown): Template | null => compileTemplate(item, filter);
    const entries = BULK_OPS.map((op) => [
      op,
      { ok: compile({ [op]: successExample(op) }), failed: compile({ [op]: failureExample() }) },
    ]);
    this.#byOp = Object.fromEntries(entries) as Record<BulkOp, Templates>;
    this.showsSuccess = BULK_OPS.some((op) => this.#byOp[op].ok !== null);
  }

  /** @param index, id as JSON text; @returns the item, or '' when nothing of it is asked for */
  success(op: BulkOp, index: string, id: string, seqNo: number): string {
    const template = this.#byOp[op].ok;
    if (template === null) return '';
    const { literals, holes } = template;
    let text = literals[0]!;
    for (let i = 0; i < holes.length; i++) {
      const kind = holes[i]!;
      text += (kind === HOLE_ID ? id : kind === HOLE_INDEX ? index : seqNo) + literals[i + 1]!;
    }
    return text;
  }

  /** @param idPrefix what the ids begin with, before their number; @returns null: nothing is shown */
  runShape(op: BulkOp, index: string, idPrefix: string): RunShape | null {
    const template = this.#byOp[op].ok;
    if (template === null) return null;
    const parts = [template.literals[0]!];
    const numbers: ('id' | 'seqNo')[] = [];
    template.holes.forEach((kind, i) => {
      const literal = template.literals[i + 1]!;
      if (kind === HOLE_INDEX) {
        parts.push(parts.pop() + JSON.stringify(index) + literal);
      } else if (kind === HOLE_ID) {
        parts.push(`${parts.pop()}"${idPrefix}`, `"${literal}`);
        numbers.push('id');
      } else {
        parts.push(literal);
        numbers.push('seqNo');
      }
    });
    return { parts: parts.map((part) => Buffer.from(part)), numbers };
  }

  /** @param index, id as JSON text */
  failure(op: BulkOp, index: string, id: string, error: ItemError): string {
    const template = this.#byOp[op].failed;
    if (template === null) return '';
    const values: string[] = [];
    values[HOLE_INDEX] = index;
    values[HOLE_ID] = id;
    values[HOLE_STATUS] = String(error.status);
    values[HOLE_TYPE] = JSON.stringify(error.type);
    values[HOLE_REASON] = JSON.stringify(error.reason);
    const { literals, holes } = template;
    return literals.map((literal, i) => literal + (values[holes[i] ?? -1] ?? '')).join('');
  }
}

function successExample(op: BulkOp): Record<string, unknown> {
  const isDelete = op === 'delete';
  return {
    _index: hole(HOLE_INDEX),
    _id: hole(HOLE_ID),
    _version: 1,
    result: isDelete ? 'not_found' : 'created',
    _shards: { total: 1, successful: 1, failed: 0 },
    _seq_no: hole(HOLE_SEQ_NO),
    _primary_term: 1,
    status: isDelete ? 404 : 201,
  };
}

function failureExample(): Record<string, unknown> {
  return {
    _index: hole(HOLE_INDEX),
    _id: hole(HOLE_ID),
    status: hole(HOLE_STATUS),
    error: { type: hole(HOLE_TYPE), reason: hole(HOLE_REASON) },
  };
}

function compileTemplate(item: unknown, filter: FilterPath | null): Template | null {
  const example = { items: [item] };
  const kept = (filter === null ? example : filter.apply(example)) as typeof example | undefined;
  if (kept?.items === undefined) return null;
  const parts = JSON.stringify(kept.items[0]).split(HOLE);
  return {
    literals: parts.filter((_, i) => i % 2 === 0),
    holes: parts.filter((_, i) => i % 2 === 1).map(Number),
  };
}
