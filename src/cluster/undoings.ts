import { LRUCache } from 'lru-cache';
import type { QueryId } from '../document.ts';
import type { Edit } from './shared-query.ts';

/** Some are kept long after they were written: that does no harm. */
const MAX_UNDOINGS = 10_000;

/**
 * Withdrawals of claims whose registration failed. They may be written long afterwards; a later claim of
 * the same owner has to outlive them.
 */
export class Undoings {
  readonly #undoings = new LRUCache<string, { isVoid: boolean }>({ max: MAX_UNDOINGS });

  /** @returns the change, which changes nothing once the owner claims the query again */
  add(id: QueryId, owner: string, undo: Edit): Edit {
    this.void(id, owner);
    const undoing = { isVoid: false };
    this.#undoings.set(keyOf(id, owner), undoing);
    return (query) => (undoing.isVoid ? query : undo(query));
  }

  /** The owner claims the query. */
  void(id: QueryId, owner: string): void {
    const key = keyOf(id, owner);
    const undoing = this.#undoings.peek(key);
    if (undoing === undefined) return;
    undoing.isVoid = true;
    this.#undoings.delete(key);
  }
}

function keyOf(id: QueryId, owner: string): string {
  return `${id} ${owner}`;
}
