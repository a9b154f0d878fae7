import { BULK_OPS, type BulkOp } from '../ingest/item.ts';
import { memberRanges, type Range } from '../ingest/json-range.ts';
import { eachElement, onlyValue, WriteAnswer } from './answer-items.ts';
import type { ActionFacts } from './bulk-lines.ts';

/**
 * Where the document is that has to be percolated: in the request as it was `sent`, in the answer
 * (`returned`), or in the index: to `fetch`, or because it was there before (`conflict`).
 */
export type Whereabouts = 'sent' | 'returned' | 'fetch' | 'conflict';

/** A document that an answer says is stored. */
export interface Stored {
  /** Number of the item in its request. */
  readonly item: number;
  readonly where: Whereabouts;
  /** The index that it is in. */
  readonly index: string;
  readonly id: string;
  readonly seqNo: string;
  /** Where `_source` is in the answer, if it is there. */
  readonly source: Range | null;
}

/** What a bulk answer tells. */
export interface Outcomes {
  readonly stored: readonly Stored[];
  /** Items in all. */
  readonly items: number;
  /** What to leave out of the answer so that nothing of it was asked for here. */
  readonly injected: readonly Range[];
}

/** What a request asked for the `get` of updates. */
export interface SourceAsked {
  /** It was asked for here, so the sender must not see it. */
  readonly injected: boolean;
  /** It is the whole document, where the item itself does not say otherwise. */
  readonly isWhole: boolean;
}

/**
 * Reads a bulk answer.
 * @param factsOf of an item, by its number; null: its line was not understood
 * @returns null when it is no bulk answer
 */
export function readOutcomes(
  answer: Buffer,
  factsOf: (item: number) => ActionFacts | null,
  asked: SourceAsked,
): Outcomes | null {
  const list = memberRanges(answer, 0, answer.length)?.get('items');
  if (list === undefined) return null;
  const reader = new WriteAnswer(answer);
  const stored: Stored[] = [];
  const injected: Range[] = [];
  let items = 0;
  let isRead = true;
  const isWhole = eachElement(answer, list, (start, end) => {
    const value = onlyValue(answer, start, end);
    if (value < 0 || reader.read(value, end) < 0) {
      isRead = false;
      return;
    }
    const item = items++;
    const facts = factsOf(item);
    const op = facts?.op ?? opAt(answer, start);
    const one = outcomeOf(answer, reader, { item, facts, op, status: reader.status }, asked);
    if (one !== null) stored.push(one);
    const range = reader.withGet;
    if (asked.injected && range !== null && facts?.asksSource !== true) injected.push(range);
  });
  return isWhole && isRead ? { stored, items, injected } : null;
}

interface Item {
  readonly item: number;
  readonly facts: ActionFacts | null;
  readonly op: BulkOp;
  readonly status: number;
}

/** Reads what became of one document, which the reader has before it; null: it is not stored. */
export function outcomeOf(
  answer: Buffer,
  reader: WriteAnswer,
  { item, facts, op, status }: Item,
  asked: SourceAsked,
): Stored | null {
  if (op === 'delete') return null;
  const isConflict = status === 409 && op !== 'update';
  const { result } = reader;
  if (!isConflict && result !== 'created' && result !== 'updated') return null;
  const { index, id, seqNo } = reader;
  const isReturned = op === 'update' && asked.isWhole && facts?.asksSource === false;
  const source = isReturned ? sourceOf(answer, reader) : null;
  let where: Whereabouts = 'sent';
  if (isConflict) where = 'conflict';
  else if (source !== null) where = 'returned';
  else if (op === 'update' || facts === null) where = 'fetch';
  return { item, where, index, id, seqNo, source };
}

function sourceOf(answer: Buffer, reader: WriteAnswer): Range | null {
  const { got } = reader;
  return (got && memberRanges(answer, got.start, got.end)?.get('_source')) ?? null;
}

/** The key of an item. */
function opAt(answer: Buffer, start: number): BulkOp {
  const quote = answer.indexOf('"', start);
  const key = answer.toString('latin1', quote + 1, quote + 7);
  return BULK_OPS.find((op) => key.startsWith(op)) ?? 'index';
}
