import { type Batch, SLOT_WORDS } from '../src/document.ts';
import { BATCH_DOCUMENTS } from './workload.ts';

/**
 * Documents as ingest hands them on, one document a line.
 * @param index of all, or of each
 */
export function batchesOf(
  documents: readonly string[],
  index: string | readonly string[],
): Batch[] {
  const batches: Batch[] = [];
  for (let from = 0; from < documents.length; from += BATCH_DOCUMENTS) {
    const to = from + BATCH_DOCUMENTS;
    const part = typeof index === 'string' ? index : index.slice(from, to);
    batches.push(batchOf(documents.slice(from, to), part));
  }
  return batches;
}

export function batchOf(documents: readonly string[], index: string | readonly string[]): Batch {
  const indices = typeof index === 'string' ? [index] : [...new Set(index)];
  const numbers = new Map(indices.map((name, number) => [name, number]));
  const text = Buffer.from(documents.map((document) => `${document}\n`).join(''));
  const bytes = new SharedArrayBuffer(text.length);
  Buffer.from(bytes).set(text);
  const slots = new Uint32Array(new SharedArrayBuffer(documents.length * SLOT_WORDS * 4));
  let at = 0;
  documents.forEach((document, slot) => {
    const end = at + Buffer.byteLength(document);
    const number = typeof index === 'string' ? 0 : numbers.get(index[slot]!)!;
    slots.set([at, end, number], slot * SLOT_WORDS);
    at = end + 1;
  });
  const ids = documents.map((_, slot) => String(slot));
  return { bytes, slots, count: documents.length, indices, ids };
}
