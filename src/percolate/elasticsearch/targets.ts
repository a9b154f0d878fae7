import { LRUCache } from 'lru-cache';
import type { IndexShape } from './mapping/index-shape.ts';
import type { KnownPaths } from './mapping/known-paths.ts';
import type { LearnFailure, MappingSource } from './mapping/mapping-source.ts';
import type { ElasticsearchEngineStats } from './percolators/engine-stats.ts';
import type { Percolators } from './percolators/percolators.ts';

/** A concrete index as batches need it; replaced when anything of it changes. */
export interface Target {
  readonly index: string;
  readonly shape: IndexShape;
  readonly known: Known;
  /** Name of the percolator index. */
  readonly percolator: string;
  readonly alias: string;
}

interface Known {
  readonly paths: KnownPaths;
  readonly encoded: SharedArrayBuffer;
}

/** Indices that this node has seen of late, and how each is percolated. */
const MAX_TARGETS = 10_000;
/** Names of indices that were asked for in an hour: what is beyond is used again before it is old. */
const MAX_KEPT = 100_000;
/** Sets of known paths: few, for indices of one kind have the same. */
const MAX_KNOWN = 1_000;

export interface TargetsParts {
  readonly source: MappingSource;
  readonly percolators: Percolators;
  readonly stats: ElasticsearchEngineStats;
}

/** What is known of each concrete index: its mapping, and the percolator for it. */
export class Targets {
  readonly #source: MappingSource;
  readonly #percolators: Percolators;
  readonly #stats: ElasticsearchEngineStats;
  readonly #targets = new LRUCache<string, Target>({ max: MAX_TARGETS });
  /** Asked for since {@link takeUsed}. */
  readonly #used = new Set<string>();
  /** Asked for since {@link takeKept}. */
  #kept = new Set<string>();
  readonly #resolving = new Map<string, Promise<Target>>();
  readonly #known = new LRUCache<string, Known>({ max: MAX_KNOWN });

  constructor({ source, percolators, stats }: TargetsParts) {
    this.#source = source;
    this.#percolators = percolators;
    this.#stats = stats;
  }

  /** A promise only for an index that comes for the first time. */
  get(index: string): Target | Promise<Target> {
    if (this.#used.size < MAX_TARGETS) this.#used.add(index);
    if (this.#kept.size < MAX_KEPT) this.#kept.add(index);
    return this.#targets.get(index) ?? this.#resolveOnce(index);
  }

  /** Indices that batches asked for since they were taken last. */
  takeUsed(most: number): string[] {
    const taken = [...this.#used].slice(0, most);
    for (const index of taken) this.#used.delete(index);
    return taken;
  }

  /** Percolators and shadow indices that batches needed since they were taken last. */
  takeKept(): Set<string> {
    const names = new Set<string>();
    for (const index of this.#kept) {
      const target = this.#targets.peek(index);
      if (target !== undefined) names.add(target.percolator);
      const shadow = this.#source.shadowOf?.(index);
      if (shadow !== undefined) names.add(shadow);
    }
    this.#kept = new Set();
    return names;
  }

  /** Looks again whether the index is mapped as it was. */
  async again(index: string): Promise<Target> {
    const before = this.#targets.peek(index);
    const shape = await this.#source.resolve(index);
    // What was learnt meanwhile is newer.
    const now = this.#targets.peek(index);
    if (now !== undefined && (now !== before || now.shape.key === shape.key)) return now;
    return this.#set(index, shape);
  }

  /** Forgets the indices whose percolators are gone; the next batch has new ones made. */
  keepOnly(percolators: ReadonlyMap<string, unknown>): void {
    for (const [index, { percolator }] of this.#targets.entries()) {
      if (!percolators.has(percolator)) this.#targets.delete(index);
    }
  }

  /**
   * Has the paths mapped that documents bring, in their order. What remains unmapped afterwards, as the
   * mapping wants it, counts as known.
   * @returns why some of the documents cannot be in the index, by position
   */
  async learn(
    index: string,
    documents: readonly Uint8Array[],
  ): Promise<readonly (LearnFailure | undefined)[]> {
    this.#stats.learnCalls++;
    const { shape, failures } = await this.#source.learn(index, documents);
    const taken = documents.filter((_, at) => failures[at] === undefined).map(parse);
    const leftIn = ({ known }: Target): string[] =>
      taken.flatMap((document) => known.paths.unknownPaths(document));
    const target = await this.#take(index, shape);
    if (leftIn(target).length === 0) return failures;
    // Perhaps the mapping was read too early.
    const later = await this.#take(index, await this.#source.reread(index));
    const left = leftIn(later);
    if (left.length > 0) this.#targets.set(index, ignoring(later, left));
    return failures;
  }

  /** With what the target ignores already, when its shape is the same. */
  async #take(index: string, shape: IndexShape): Promise<Target> {
    const before = this.#targets.peek(index);
    return before?.shape.key === shape.key ? before : this.#set(index, shape);
  }

  #resolveOnce(index: string): Promise<Target> {
    let resolving = this.#resolving.get(index);
    if (resolving === undefined) {
      resolving = this.#source.resolve(index).then((shape) => this.#set(index, shape));
      this.#resolving.set(index, resolving);
      const forget = (): void => void this.#resolving.delete(index);
      resolving.then(forget, forget);
    }
    return resolving;
  }

  async #set(index: string, shape: IndexShape): Promise<Target> {
    const { name, alias } = await this.#percolators.place(shape);
    const target = { index, shape, known: this.#knownOf(shape), percolator: name, alias };
    this.#targets.set(index, target);
    return target;
  }

  /** The same memory for the same paths: workers decode it once. */
  #knownOf(shape: IndexShape): Known {
    let known = this.#known.get(shape.key);
    if (known === undefined) {
      const paths = shape.mapping.knownPaths();
      known = { paths, encoded: paths.encode() };
      this.#known.set(shape.key, known);
    }
    return known;
  }
}

/** The target with these paths taken as known. */
export function ignoring(target: Target, paths: readonly string[]): Target {
  const known = target.known.paths.with(paths);
  return { ...target, known: { paths: known, encoded: known.encode() } };
}

/** A document that a worker has read already; of text that is none, nothing is unknown. */
export function parse(document: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(document).toString());
  } catch {
    return null;
  }
}
