import { type Batch, SLOT_END, SLOT_INDEX, SLOT_START, SLOT_WORDS } from '../../document.ts';
import type { PercolateGroup } from './search/percolate-task.ts';
import type { Target } from './targets.ts';

/** The slots of a batch by concrete index, without those refused. */
export function groupsOf(
  batch: Batch,
  targets: readonly Target[],
  refused: ReadonlySet<number>,
): PercolateGroup[] {
  const { slots, count } = batch;
  const sizes = new Uint32Array(targets.length);
  for (let slot = 0; slot < count; slot++) sizes[indexAt(slots, slot)]!++;
  const members = Array.from(sizes, (size) => new Uint32Array(size));
  sizes.fill(0);
  for (let slot = 0; slot < count; slot++) {
    if (refused.has(slot)) continue;
    const at = indexAt(slots, slot);
    members[at]![sizes[at]!++] = slot;
  }
  return targets
    .map(({ alias, index, known }, at) => ({
      percolator: alias,
      index,
      slots: members[at]!.subarray(0, sizes[at]),
      known: known.encoded,
    }))
    .filter((group) => group.slots.length > 0);
}

/** Some slots of a batch by the position of their index. */
export function slotsByIndex({ slots }: Batch, some: Uint32Array): Map<number, number[]> {
  const byIndex = new Map<number, number[]>();
  for (const slot of some) {
    const at = indexAt(slots, slot);
    const list = byIndex.get(at);
    if (list === undefined) byIndex.set(at, [slot]);
    else list.push(slot);
  }
  return byIndex;
}

/** The bytes of a document, in place. */
export function documentAt({ bytes, slots }: Batch, slot: number): Buffer {
  const start = slots[slot * SLOT_WORDS + SLOT_START]!;
  return Buffer.from(bytes, start, slots[slot * SLOT_WORDS + SLOT_END]! - start);
}

function indexAt(slots: Uint32Array, slot: number): number {
  return slots[slot * SLOT_WORDS + SLOT_INDEX]!;
}
