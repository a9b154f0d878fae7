import { xxh3 } from '@node-rs/xxhash';
import { type Batch, SLOT_END, SLOT_INDEX, SLOT_START, SLOT_WORDS } from '../../document.ts';
import { isObject } from '../../query/json.ts';
import type { SourceEvent } from '../matching/matcher.ts';
import { valuesAt } from '../matching/trigger-values.ts';

/** Where an event tells of its document. */
const OBJECT = 'object';

/**
 * Makes events of documents that come in: `{"object": {"id", "index", …}}` with the values that the filter
 * template asks for. `(object.job)` is the document's `job`, `(object.id)` its id.
 */
export class DocumentEvents {
  readonly #isMeant: (index: string) => boolean;
  readonly #paths: readonly (readonly string[])[];

  /** @param paths of the template's placeholders */
  constructor(isMeant: (index: string) => boolean, paths: readonly (readonly string[])[]) {
    this.#isMeant = isMeant;
    this.#paths = paths.filter(([first, second]) => first === OBJECT && second !== undefined);
  }

  /** @param refused slots of the batch whose documents were not taken */
  of(batch: Batch, refused: ReadonlySet<number>): SourceEvent[] {
    const { indices, storedIn = indices } = batch;
    const meant = indices.map(this.#isMeant);
    if (!meant.includes(true)) return [];
    const bytes = Buffer.from(batch.bytes);
    const events: SourceEvent[] = [];
    for (let slot = 0; slot < batch.count; slot++) {
      const at = slot * SLOT_WORDS;
      const position = batch.slots[at + SLOT_INDEX]!;
      if (!meant[position] || refused.has(slot)) continue;
      const line = bytes.subarray(batch.slots[at + SLOT_START], batch.slots[at + SLOT_END]);
      events.push(this.#event(storedIn[position]!, batch.ids.at(slot)!, line));
    }
    return events;
  }

  #event(index: string, id: string, line: Buffer): SourceEvent {
    const source = line.toString();
    const json: unknown = JSON.parse(source);
    const object: Record<string, unknown> = {};
    for (const [, ...path] of this.#paths) put(object, path, valuesAt(json, path));
    const text = JSON.stringify({ [OBJECT]: { ...object, id, index } });
    // The same document sent again is the same event; changed, it is another one.
    const position = `${index}/${id}/${xxh3.xxh64(line).toString(16)}`;
    return { position, text, document: { index, id, source } };
  }
}

function put(object: Record<string, unknown>, path: readonly string[], values: unknown[]): void {
  if (values.length === 0) return;
  let inner = object;
  for (const name of path.slice(0, -1)) {
    const known = inner[name];
    const next = isObject(known) ? (known as Record<string, unknown>) : {};
    inner[name] = next;
    inner = next;
  }
  inner[path.at(-1)!] = values.length === 1 ? values[0] : values;
}
