import { type Batch, SLOT_WORDS } from '../src/document.ts';
import { BATCH_DOCUMENTS } from './workload.ts';

/** Documents as ingest hands them on: batches of one index, one document a line. */
export function batchesOf(documents: readonly string[], index: string): Batch[] {
  const batches: Batch[] = [];
  for (let from = 0; from < documents.length; from += BATCH_DOCUMENTS) {
    batches.push(batchOf(documents.slice(from, from + BATCH_DOCUMENTS), index));
  }
  return batches;
}

export function batchOf(documents: readonly string[], index: string): Batch {
  const text = Buffer.from(documents.map((document) => `${document}\n`).join(''));
  const bytes = new SharedArrayBuffer(text.length);
  Buffer.from(bytes).set(text);
  const slots = new Uint32Array(new SharedArrayBuffer(documents.length * SLOT_WORDS * 4));
  let at = 0;
  documents.forEach((document, slot) => {
    const end = at + Buffer.byteLength(document);
    slots.set([at, end, 0], slot * SLOT_WORDS);
    at = end + 1;
  });
  const ids = documents.map((_, slot) => String(slot));
  return { bytes, slots, count: documents.length, indices: [index], ids };
}
