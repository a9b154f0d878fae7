import { SLOT_END, SLOT_START, SLOT_WORDS } from '../../../document.ts';

/** Memory with the documents of a batch, and where each lies in it. */
export interface DocumentBytes {
  readonly bytes: SharedArrayBuffer;
  readonly slots: Uint32Array<SharedArrayBuffer>;
}

/** The batch with other texts for some of its documents, behind those that came. */
export function rewritten(
  { bytes, slots }: DocumentBytes,
  texts: ReadonlyMap<number, string>,
): DocumentBytes {
  const sources = [...texts].map(([slot, text]) => [slot, Buffer.from(text)] as const);
  const length = sources.reduce((sum, [, source]) => sum + source.length, bytes.byteLength);
  const copy = new Uint8Array(new SharedArrayBuffer(length));
  copy.set(new Uint8Array(bytes));
  const moved = new Uint32Array(new SharedArrayBuffer(slots.byteLength));
  moved.set(slots);
  let end = bytes.byteLength;
  for (const [slot, source] of sources) {
    copy.set(source, end);
    moved[slot * SLOT_WORDS + SLOT_START] = end;
    end += source.length;
    moved[slot * SLOT_WORDS + SLOT_END] = end;
  }
  return { bytes: copy.buffer, slots: moved };
}
