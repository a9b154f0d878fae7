import { IntList } from '../../embedded/memory/int-list.ts';
import type { Found } from '../worker/worker-messages.ts';

/** Matches of a batch, collected from many answers. */
export class FoundQueries {
  readonly ids: string[] = [];
  readonly #positions = new Map<string, number>();
  readonly #pairs = new IntList(256);
  /** Set where a pair may have been found twice. */
  hasDoubles = false;

  add({ ids, pairs }: Found): void {
    const positions = ids.map((id) => this.#positionOf(id));
    for (let k = 0; k < pairs.length; k += 2) {
      this.#pairs.push(pairs[k]!);
      this.#pairs.push(positions[pairs[k + 1]!]!);
    }
  }

  /**
   * (slot, position in `ids`), slots ascending.
   * @param count slots that there are
   * @param without slots that matched nothing, whatever was found
   */
  sorted(count: number, without: { has(slot: number): boolean }): Uint32Array {
    const pairs = this.#pairs.view();
    const next = new Uint32Array(count + 1);
    for (let k = 0; k < pairs.length; k += 2) next[pairs[k]! + 1]!++;
    for (let slot = 0; slot < count; slot++) {
      if (without.has(slot)) next[slot + 1] = 0;
      next[slot + 1]! += next[slot]!;
    }
    const sorted = new Uint32Array(next[count]! * 2);
    for (let k = 0; k < pairs.length; k += 2) {
      if (without.has(pairs[k]!)) continue;
      const at = next[pairs[k]!]!++ * 2;
      sorted[at] = pairs[k]!;
      sorted[at + 1] = pairs[k + 1]!;
    }
    return this.hasDoubles ? withoutDoubles(sorted) : sorted;
  }

  #positionOf(id: string): number {
    const known = this.#positions.get(id);
    if (known !== undefined) return known;
    this.#positions.set(id, this.ids.length);
    return this.ids.push(id) - 1;
  }
}

function withoutDoubles(pairs: Uint32Array): Uint32Array {
  const seen = new Set<number>();
  let slot = -1;
  let end = 0;
  for (let k = 0; k < pairs.length; k += 2) {
    if (pairs[k] !== slot) seen.clear();
    slot = pairs[k]!;
    if (seen.has(pairs[k + 1]!)) continue;
    seen.add(pairs[k + 1]!);
    pairs[end++] = slot;
    pairs[end++] = pairs[k + 1]!;
  }
  return pairs.slice(0, end);
}
