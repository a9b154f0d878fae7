import type { Assets } from '../mapping/assets.ts';
import { fitsPattern } from '../mapping/star-pattern.ts';
import type { Metrics } from '../metrics.ts';

/** What shippers set up before they send. */
export type Kind = 'pipeline' | 'policy';

export interface Entry {
  readonly name: string;
  /** JSON text as it was sent. */
  readonly text: string;
  /** 1 when first put. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What an entry costs besides its text. */
const ENTRY_BYTES = 512;

export interface RememberedLimits {
  readonly bytes: number;
  readonly entries: number;
}

export const REMEMBERED_LIMITS: RememberedLimits = { bytes: 16 * 1024 * 1024, entries: 10_000 };

/**
 * What was PUT, so that whoever asks for it again finds it and does not send it once more (Filebeat
 * does its whole set-up after every failed bulk request). Bounded: what was not used for longest is
 * forgotten, and its owner will bring it again. Kept in memory only; matching does not use it.
 */
export class Remembered {
  readonly #limits: RememberedLimits;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(limits: RememberedLimits = REMEMBERED_LIMITS) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @param text JSON; one that is over the limit by itself is not kept */
  put(kind: Kind, name: string, text: string): void {
    const key = `${kind} ${name}`;
    const version = (this.#entries.get(key)?.version ?? 0) + 1;
    this.delete(kind, name);
    const entry = { name, text, version, at: Date.now() };
    if (costOf(entry) > this.#limits.bytes) return;
    this.#entries.set(key, entry);
    this.#bytes += costOf(entry);
    for (const [oldest, { name: victim }] of this.#entries) {
      if (this.#bytes <= this.#limits.bytes && this.size <= this.#limits.entries) return;
      this.delete(oldest.slice(0, oldest.indexOf(' ')) as Kind, victim);
    }
  }

  get(kind: Kind, name: string): Entry | undefined {
    const key = `${kind} ${name}`;
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** @returns whether it was there */
  delete(kind: Kind, name: string): boolean {
    const key = `${kind} ${name}`;
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#bytes -= costOf(entry);
    return this.#entries.delete(key);
  }

  /** @param expression names and patterns with `*`, separated by commas; `_all` is everything */
  find(kind: Kind, expression: string): Entry[] {
    const parts = expression.split(',');
    if (!expression.includes('*') && !parts.includes('_all')) {
      return parts.flatMap((name) => this.get(kind, name) ?? []);
    }
    const patterns = parts.map((part) => (part === '_all' ? '*' : part));
    const found: Entry[] = [];
    for (const [key, entry] of this.#entries) {
      if (!key.startsWith(`${kind} `)) continue;
      if (patterns.some((pattern) => fitsPattern(pattern, entry.name))) found.push(entry);
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @param assets what was put besides */
  measure(metrics: Metrics, assets: Pick<Assets, 'bytes' | 'size'>): void {
    metrics.gauge(
      'estrom_handshake_remembered_bytes',
      'Bytes of templates, policies, pipelines and indices that shippers have put',
      () => this.#bytes + assets.bytes,
    );
    metrics.gauge(
      'estrom_handshake_remembered_entries',
      'Templates, policies, pipelines and indices that shippers have put',
      () => this.size + assets.size,
    );
  }
}

function costOf({ name, text }: Entry): number {
  return ENTRY_BYTES + 2 * name.length + text.length;
}
