import { type Batch, SLOT_WORDS } from '../../src/document.ts';

/** A batch of documents given as JSON texts, all of one index unless `indices` names each one's. */
export function batchOf(
  documents: readonly string[],
  index: string | readonly string[] = 'docs',
): Batch {
  const texts = documents.map((document) => Buffer.from(document));
  const bytes = new SharedArrayBuffer(texts.reduce((sum, text) => sum + text.length + 1, 1));
  const slots = new Uint32Array(new SharedArrayBuffer(Math.max(1, texts.length) * SLOT_WORDS * 4));
  const names = typeof index === 'string' ? documents.map(() => index) : index;
  const indices = [...new Set(names)];
  const view = Buffer.from(bytes);
  let at = 0;
  texts.forEach((text, slot) => {
    view.set(text, at);
    slots.set([at, at + text.length, indices.indexOf(names[slot]!)], slot * SLOT_WORDS);
    at += text.length + 1;
  });
  return { bytes, slots, count: texts.length, indices, ids: texts.map((_, slot) => String(slot)) };
}

/** Ordinals that matched, by slot. */
export function ordinalsBySlot(pairs: Uint32Array, count: number): number[][] {
  const bySlot: number[][] = Array.from({ length: count }, () => []);
  for (let k = 0; k < pairs.length; k += 2) bySlot[pairs[k]!]!.push(pairs[k + 1]!);
  for (const ordinals of bySlot) ordinals.sort((a, b) => a - b);
  return bySlot;
}
