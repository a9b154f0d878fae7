import { xxh3 } from '@node-rs/xxhash';
import type { Assets } from './assets.ts';
import { IndexAnalysis } from './explicit/index-analysis.ts';
import type { Json } from './explicit/json.ts';
import type { Mapping } from './explicit/mapping-model.ts';
import { parseMapping } from './explicit/parse-mapping.ts';
import { renderMapping } from './explicit/render-mapping.ts';

/** An index that was made, or that documents have come for. */
export interface IndexEntry {
  /** Undefined while nothing has been said of its fields. */
  readonly mapping: Mapping | undefined;
  /** What is below `index`. */
  readonly settings: Json;
  /** It was made by a request, not by its first document. */
  readonly isMade: boolean;
  readonly version: number;
}

interface Row {
  readonly mapping?: string;
  readonly settings: Json;
  readonly made: boolean;
  readonly version: number;
}

/**
 * The indices, as assets. An index a day of the same templates has the same mapping: each mapping is
 * an asset of its own, under the hash of its text, and parsed once.
 */
export class IndexBook {
  readonly #assets: Assets;
  readonly #users = new Map<string, number>();
  readonly #parsed = new Map<string, Mapping>();
  readonly #entries = new Map<string, IndexEntry>();

  constructor(assets: Assets) {
    this.#assets = assets;
    for (const { text } of assets.all('index')) this.#count((JSON.parse(text) as Row).mapping, 1);
    for (const { name } of [...assets.all('mapping')]) {
      // A stop between the two has left it.
      if (!this.#users.has(name)) assets.delete('mapping', name);
    }
  }

  get names(): string[] {
    return [...this.#assets.all('index')].map(({ name }) => name);
  }

  get(index: string): IndexEntry | undefined {
    const known = this.#entries.get(index);
    if (known !== undefined) return known;
    const asset = this.#assets.get('index', index);
    if (asset === undefined) return undefined;
    const { mapping: hash, settings, made, version } = JSON.parse(asset.text) as Row;
    const mapping = hash === undefined ? undefined : this.#mapping(hash, settings);
    const entry = { mapping, settings, isMade: made, version };
    this.#entries.set(index, entry);
    return entry;
  }

  /** Milliseconds since the epoch when it was put last. */
  changedAt(index: string): number {
    return this.#assets.get('index', index)?.at ?? 0;
  }

  /** @throws EstromError BAD_REQUEST when there is no room */
  put(index: string, { mapping, settings, isMade, version }: IndexEntry): void {
    const before = this.#rowOf(index)?.mapping;
    let hash: string | undefined;
    if (mapping !== undefined) {
      const text = JSON.stringify(renderMapping(mapping));
      hash = xxh3.xxh128(text).toString(16).padStart(32, '0');
      this.#assets.put('mapping', hash, text);
      const shared = this.#parsed.get(hash) ?? mapping;
      this.#parsed.set(hash, shared);
    }
    const row: Row = {
      ...(hash === undefined ? {} : { mapping: hash }),
      settings,
      made: isMade,
      version,
    };
    // Counted first: a failure below must not leave a mapping that nobody uses uncounted.
    this.#count(hash, 1);
    try {
      this.#assets.put('index', index, JSON.stringify(row));
    } catch (error) {
      this.#release(hash);
      throw error;
    }
    this.#release(before);
    const entry = { mapping: hash && this.#parsed.get(hash), settings, isMade, version };
    this.#entries.set(index, entry as IndexEntry);
  }

  delete(index: string): boolean {
    const before = this.#rowOf(index)?.mapping;
    this.#entries.delete(index);
    const wasThere = this.#assets.delete('index', index);
    if (wasThere) this.#release(before);
    return wasThere;
  }

  #rowOf(index: string): Row | undefined {
    const text = this.#assets.get('index', index)?.text;
    return text === undefined ? undefined : (JSON.parse(text) as Row);
  }

  #mapping(hash: string, settings: Json): Mapping | undefined {
    const known = this.#parsed.get(hash);
    if (known !== undefined) return known;
    const text = this.#assets.get('mapping', hash)?.text;
    if (text === undefined) return undefined;
    const mapping = parseMapping(JSON.parse(text) as Json, new IndexAnalysis(settings));
    this.#parsed.set(hash, mapping);
    return mapping;
  }

  #count(hash: string | undefined, by: number): void {
    if (hash !== undefined) this.#users.set(hash, (this.#users.get(hash) ?? 0) + by);
  }

  #release(hash: string | undefined): void {
    if (hash === undefined) return;
    this.#count(hash, -1);
    if ((this.#users.get(hash) ?? 0) > 0) return;
    this.#users.delete(hash);
    this.#parsed.delete(hash);
    this.#assets.delete('mapping', hash);
  }
}
