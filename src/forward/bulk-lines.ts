import { BULK_OPS, type BulkOp } from '../ingest/item.ts';
import { memberRanges } from '../ingest/json-range.ts';

/** What of an action line matters to what is done with its document. */
export interface ActionFacts {
  readonly op: BulkOp;
  /** As it was sent; undefined: the index of the request. */
  readonly index: string | undefined;
  /** A pipeline that the line names, or `_none`. */
  readonly pipeline: string | undefined;
  /** The line says itself what `get` of the answer holds. */
  readonly asksSource: boolean;
  readonly routing: string | undefined;
  /** The sender named the document, so it may send it again. */
  readonly hasId: boolean;
}

/**
 * Reads action lines. Elasticsearch decides what is wrong with them; this only has to understand
 * those that it takes.
 */
export class ActionLines {
  #last: Buffer = Buffer.alloc(0);
  #facts: ActionFacts | null = null;

  /** @returns null for a line that is no action */
  read(window: Buffer, start: number, end: number): ActionFacts | null {
    const length = end - start;
    const same = length === this.#last.length && this.#last.compare(window, start, end) === 0;
    if (same && this.#facts !== null) return this.#facts;
    const facts = parse(window.toString('utf8', start, end));
    // Lines with an id differ each time.
    if (facts?.hasId === false) {
      this.#last = Buffer.from(window.subarray(start, end));
      this.#facts = facts;
    }
    return facts;
  }
}

function parse(text: string): ActionFacts | null {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof line !== 'object' || line === null) return null;
  const [op] = Object.keys(line) as [BulkOp | undefined];
  if (op === undefined || !BULK_OPS.includes(op)) return null;
  const fields = (line as Record<string, unknown>)[op];
  if (typeof fields !== 'object' || fields === null) return null;
  const { _index, _id, pipeline, _source, op_type, routing, _routing } = fields as Record<
    string,
    unknown
  >;
  return {
    op: op === 'index' && op_type === 'create' ? 'create' : op,
    index: textOf(_index),
    pipeline: textOf(pipeline),
    asksSource: _source !== undefined,
    routing: textOf(routing ?? _routing),
    hasId: _id !== undefined && _id !== null,
  };
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether the body of an update says itself what `get` of the answer holds. */
export function updateAsksSource(window: Buffer, start: number, end: number): boolean {
  const source = window.subarray(start, end);
  if (!source.includes('"_source"')) return false;
  return memberRanges(source, 0, source.length)?.has('_source') ?? true;
}
