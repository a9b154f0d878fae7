import { type Batch, type Matches, type QueryOrdinal, SLOT_WORDS } from '../../document.ts';
import type { RegisteredQuery } from '../../query/registry/registered-query.ts';

/** What the matcher needs of an engine. */
export interface MatchEngine {
  register(queries: readonly RegisteredQuery[]): Promise<void>;
  unregister(ordinals: readonly QueryOrdinal[]): Promise<void>;
  percolate(batch: Batch): Promise<Matches>;
}

/** A batch of JSON texts. */
export function batchOf(
  documents: readonly string[],
  index: (slot: number) => string,
  ids: readonly string[],
): Batch {
  const length = documents.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 1);
  const bytes = new SharedArrayBuffer(length);
  const view = Buffer.from(bytes);
  const slots = new Uint32Array(new SharedArrayBuffer(documents.length * SLOT_WORDS * 4));
  const indices = new Map<string, number>();
  let at = 0;
  documents.forEach((text, slot) => {
    const name = index(slot);
    const position = indices.get(name) ?? indices.size;
    indices.set(name, position);
    const end = at + view.write(text, at);
    slots.set([at, end, position], slot * SLOT_WORDS);
    at = end + 1;
  });
  return { bytes, slots, count: documents.length, indices: [...indices.keys()], ids };
}
