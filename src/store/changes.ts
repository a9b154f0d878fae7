import type { KeptAsset, KeptField, KeptImage, KeptQuery, KeptSegment } from './store.ts';

/** What one transaction writes. */
export interface Commit {
  /** Null drops the query of that ordinal. */
  readonly queries: readonly (readonly [ordinal: number, query: SerialQuery | null])[];
  readonly fields: readonly KeptField[];
  readonly assets: readonly AssetChange[];
  /** The new set, or null when it stays. */
  readonly segments: readonly KeptSegment[] | null;
  /** The new image, or null when it stays. */
  readonly image: KeptImage | null;
  /** What to mark changed queries by, so that the image's copies of them are not used; 0 when there is none. */
  readonly mark: number;
}

/** A text of null drops it. */
export type AssetChange = Omit<KeptAsset, 'text'> & { readonly text: string | null };

export interface SerialQuery extends KeptQuery {
  readonly serial: number;
  /** Registered now, and not an older query whose claims have changed: it takes the serial as its own. */
  readonly fresh: boolean;
}

/** Changes that wait for the next transaction. Of two changes of one query only the later counts. */
export class Changes {
  readonly #queries = new Map<number, SerialQuery | null>();
  #fields: KeptField[] = [];
  #segments: readonly KeptSegment[] | null = null;
  #assets = new Map<string, AssetChange>();
  #image: KeptImage | null = null;
  readonly done = Promise.withResolvers<void>();

  constructor() {
    // Those who wait see a failure through their own await; nobody need be waiting.
    this.done.promise.catch(() => {});
  }

  get empty(): boolean {
    return this.size === 0 && this.#segments === null && this.#image === null;
  }

  /** Rows to write. */
  get size(): number {
    return this.#queries.size + this.#fields.length + this.#assets.size;
  }

  put(query: SerialQuery): void {
    const earlier = this.#queries.get(query.ordinal);
    // Not written yet, so it still is as fresh as it was.
    const unwritten = earlier?.fresh === true && !query.fresh;
    this.#queries.set(
      query.ordinal,
      unwritten ? { ...query, serial: earlier.serial, fresh: true } : query,
    );
  }

  drop(ordinal: number): void {
    this.#queries.set(ordinal, null);
  }

  addFields(fields: readonly KeptField[]): void {
    for (const field of fields) this.#fields.push(field);
  }

  /** Of two changes of one asset only the later counts. */
  addAssets(assets: readonly AssetChange[]): void {
    for (const asset of assets) this.#assets.set(`${asset.kind} ${asset.name}`, asset);
  }

  setSegments(segments: readonly KeptSegment[]): void {
    this.#segments = segments;
  }

  setImage(image: KeptImage): void {
    this.#image = image;
  }

  /** Takes over changes that came before these and could not be written. */
  owe(earlier: Changes): void {
    for (const [ordinal, query] of earlier.#queries) {
      const later = this.#queries.get(ordinal);
      if (later === undefined) this.#queries.set(ordinal, query);
      else if (later !== null && !later.fresh && query?.fresh === true) {
        this.#queries.set(ordinal, { ...later, serial: query.serial, fresh: true });
      }
    }
    this.#fields = [...earlier.#fields, ...this.#fields];
    this.#assets = new Map([...earlier.#assets, ...this.#assets]);
    // Not segments and image: they were refused, and the next ones say the same and more.
  }

  toCommit(mark: number): Commit {
    return {
      queries: [...this.#queries],
      fields: this.#fields,
      assets: [...this.#assets.values()],
      segments: this.#segments,
      image: this.#image,
      mark,
    };
  }
}
