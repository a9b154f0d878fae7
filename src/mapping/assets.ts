import { EstromError } from '../errors.ts';
import type { AssetStore } from '../store/store.ts';
import { fitsPattern } from './star-pattern.ts';

/** What people and shippers put that decides how documents are read. */
export type AssetKind =
  | 'alias'
  | 'component-template'
  | 'data-stream'
  | 'index'
  | 'index-template'
  | 'mapping'
  | 'template';

export interface Asset {
  readonly name: string;
  /** JSON text. */
  readonly text: string;
  /** 1 when first put. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface AssetLimits {
  readonly bytes: number;
  readonly entries: number;
}

/** What an asset costs besides its text. */
const ASSET_BYTES = 512;

/** Room for hundreds of the largest templates that shippers bring, and an index a minute for weeks. */
export const ASSET_LIMITS: AssetLimits = { bytes: 128 * 1024 * 1024, entries: 50_000 };

/**
 * Templates, indices, aliases and data streams, by kind and name; kept where there is a store. None is
 * forgotten by itself, for documents would be read differently from then on: when there is no room,
 * new ones are refused.
 */
export class Assets {
  readonly #limits: AssetLimits;
  readonly #store: AssetStore | undefined;
  readonly #kinds = new Map<AssetKind, Map<string, Asset>>();
  #bytes = 0;
  #size = 0;
  #writing: Promise<void> | undefined;
  #isOwed = false;

  constructor(store?: AssetStore, limits = ASSET_LIMITS) {
    this.#limits = limits;
    for (const { kind, name, text } of store?.assets ?? []) {
      this.#set(kind as AssetKind, { name, text, version: 1, at: Date.now() });
    }
    this.#store = store;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#size;
  }

  /** @throws EstromError BAD_REQUEST when there is no room for it */
  put(kind: AssetKind, name: string, text: string): void {
    const before = this.#kinds.get(kind)?.get(name);
    if (before?.text === text) return;
    const bytes = this.#bytes + costOf(name, text) - (before ? costOf(name, before.text) : 0);
    const entries = this.#size + (before ? 0 : 1);
    if (bytes > this.#limits.bytes || entries > this.#limits.entries) {
      throw new EstromError(
        'BAD_REQUEST',
        `there is no room for [${name}]: indices and templates may be ${this.#limits.entries} and have ${this.#limits.bytes} bytes; delete those that are not used`,
      );
    }
    this.#set(kind, { name, text, version: (before?.version ?? 0) + 1, at: Date.now() });
    this.#keep([{ kind, name, text }]);
  }

  /** @returns whether it was there */
  delete(kind: AssetKind, name: string): boolean {
    const before = this.#kinds.get(kind)?.get(name);
    if (before === undefined) return false;
    this.#kinds.get(kind)!.delete(name);
    this.#size--;
    this.#bytes -= costOf(name, before.text);
    this.#keep([{ kind, name, text: null }]);
    return true;
  }

  get(kind: AssetKind, name: string): Asset | undefined {
    return this.#kinds.get(kind)?.get(name);
  }

  all(kind: AssetKind): Iterable<Asset> {
    return this.#kinds.get(kind)?.values() ?? [];
  }

  /** @param expression names and patterns with `*`, separated by commas; `_all` is everything */
  find(kind: AssetKind, expression: string): Asset[] {
    const parts = expression.split(',');
    if (!expression.includes('*') && !parts.includes('_all')) {
      return parts.flatMap((name) => this.get(kind, name) ?? []);
    }
    const found = [...this.all(kind)].filter(({ name }) =>
      parts.some((part) => part === '_all' || fitsPattern(part, name)),
    );
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Resolves when all of it is kept; undefined when it is already. Rejects with EstromError UNAVAILABLE. */
  kept(): Promise<void> | undefined {
    // What failed is owed: this asks for it again, with nothing new.
    if (this.#isOwed) this.#keep([]);
    return this.#writing;
  }

  #set(kind: AssetKind, asset: Asset): void {
    let named = this.#kinds.get(kind);
    if (named === undefined) {
      named = new Map();
      this.#kinds.set(kind, named);
    }
    const before = named.get(asset.name);
    named.set(asset.name, asset);
    this.#size += before ? 0 : 1;
    this.#bytes += costOf(asset.name, asset.text) - (before ? costOf(asset.name, before.text) : 0);
  }

  #keep(assets: Parameters<AssetStore['putAssets']>[0]): void {
    if (this.#store === undefined) return;
    const writing = this.#store.putAssets(assets);
    this.#writing = writing;
    this.#isOwed = false;
    const done = (isOwed: boolean): void => {
      if (this.#writing !== writing) return;
      this.#writing = undefined;
      this.#isOwed = isOwed;
    };
    writing.then(
      () => done(false),
      () => done(true),
    );
  }
}

function costOf(name: string, text: string): number {
  return ASSET_BYTES + 2 * name.length + text.length;
}
