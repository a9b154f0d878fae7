import type { DocumentFailure } from '../../../document.ts';
import type { Patience } from '../patience.ts';
import { describeIndex, type IndexDescription, settled, writeIndexOf } from './describe-index.ts';
import { type IndexShape, shapeOf } from './index-shape.ts';

/** Why a document cannot be in its index; its position in the call stands for the slot. */
export type LearnFailure = Omit<DocumentFailure, 'slot'>;

export interface Learnt {
  readonly shape: IndexShape;
  /** One entry per document; undefined for those that the index takes. */
  readonly failures: readonly (LearnFailure | undefined)[];
}

/** Where the mapping of a concrete index comes from, and how it takes up new fields. */
export interface MappingSource {
  resolve(index: string): Promise<IndexShape>;
  /** Takes up what these documents bring, one after the other; it may show in {@link reread} only. */
  learn(index: string, documents: readonly Uint8Array[]): Promise<Learnt>;
  /** As {@link resolve}, with everything in it that documents brought before the call. */
  reread(index: string): Promise<IndexShape>;
  /** Name of an index of its own that it may keep for this one. */
  shadowOf?(index: string): string;
}

export const NO_DESCRIPTION: IndexDescription = { mappings: {}, settings: {} };

/** For documents that are in Elasticsearch before they are percolated: it has mapped them already. */
export class StoredMappings implements MappingSource {
  readonly #patience: Patience;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  async resolve(index: string): Promise<IndexShape> {
    const concrete = await writeIndexOf(this.#patience, index);
    const found = concrete === null ? null : await describeIndex(this.#patience, concrete);
    return shapeOf(found ?? NO_DESCRIPTION);
  }

  async reread(index: string): Promise<IndexShape> {
    await settled(this.#patience);
    return this.resolve(index);
  }

  async learn(index: string, documents: readonly Uint8Array[]): Promise<Learnt> {
    return { shape: await this.resolve(index), failures: documents.map(() => undefined) };
  }
}
