import type { Entry } from '../query/registry/query-entry.ts';

/** Which queries the tails of each node watch. */
export class WatchingNodes {
  readonly #byNode = new Map<string, Set<Entry>>();

  get nodes(): string[] {
    return [...this.#byNode.keys()];
  }

  of(node: string): Entry[] {
    return [...(this.#byNode.get(node) ?? [])];
  }

  /** To be called while the entry still has those of before. */
  update(entry: Entry, watching: readonly string[]): void {
    for (const node of entry.shared?.watching ?? []) {
      if (watching.includes(node)) continue;
      const entries = this.#byNode.get(node);
      entries?.delete(entry);
      if (entries?.size === 0) this.#byNode.delete(node);
    }
    for (const node of watching) {
      const entries = this.#byNode.get(node);
      if (entries === undefined) this.#byNode.set(node, new Set([entry]));
      else entries.add(entry);
    }
  }
}
