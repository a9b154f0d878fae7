import type { AccessControl } from '../../access/access-control.ts';
import { EVERYBODY, type Principal } from '../../principal.ts';
import type { Ir } from '../../query/ir.ts';
import type { RowBounds } from '../matching/matcher-entry.ts';
import { parseRowFilter } from './row-filter.ts';
import { type Owner, type Rights, rightsOf, sourcesOf } from './row-rights.ts';
import type { RowRule } from './row-rule.ts';

/** Subscriptions whose rights have the same reasons. */
export interface RowGroup {
  readonly key: string;
  readonly owner: Owner;
  /** How many subscriptions. */
  size: number;
  rights: Rights;
  /** They have changed, and not all members are matched by them yet. */
  isDue: boolean;
}

export interface RowGroupsDeps {
  readonly access: Pick<AccessControl, 'named' | 'whileAllowed'>;
  readonly rule: RowRule | null;
  readonly hasRowHeader: boolean;
  /** Some rights may be others by now. */
  readonly onStale: () => void;
}

const MOST_REMEMBERED = 1000;

/** Rights of owners, resolved once for all subscriptions that have them for the same reasons. */
export class RowGroups {
  readonly #deps: RowGroupsDeps;
  readonly #groups = new Map<string, RowGroup>();
  /** Principals that some rights come from; each calls once it is changed or gone. */
  readonly #watched = new Map<Principal, () => void>();
  readonly #bounds = new Map<string, RowBounds>();
  readonly #read = new Map<string, Ir>();

  constructor(deps: RowGroupsDeps) {
    this.#deps = deps;
  }

  /** Whether rights never change, as there are no tokens. */
  get isFixed(): boolean {
    return this.#deps.access.named('') === EVERYBODY;
  }

  [Symbol.iterator](): IterableIterator<RowGroup> {
    return this.#groups.values();
  }

  /** For one more subscription; with its rights as they are now. */
  join({ created_by, principal, rowFilter }: Owner): RowGroup {
    const key = JSON.stringify([created_by, principal, rowFilter]);
    let group = this.#groups.get(key);
    if (group === undefined) {
      const owner = { created_by, principal, rowFilter };
      group = { key, owner, size: 0, rights: this.rightsOf(owner), isDue: false };
      this.#groups.set(key, group);
    } else {
      this.renew(group);
      if (group.isDue) this.#deps.onStale();
    }
    group.size++;
    return group;
  }

  leave(group: RowGroup): void {
    if (--group.size === 0) this.#groups.delete(group.key);
  }

  /** Looks whether its rights are others by now. @returns whether they are */
  renew(group: RowGroup): boolean {
    const { owner, rights } = group;
    const { own, writer } = sourcesOf(owner, this.#deps.access);
    if (own === rights.sources.own && writer === rights.sources.writer) return false;
    group.rights = this.rightsOf(owner);
    if (group.rights.key === rights.key) return false;
    group.isDue = true;
    return true;
  }

  rightsOf(owner: Owner): Rights {
    const read = (text: string) => remembered(this.#read, text, () => parseRowFilter(text));
    const rights = rightsOf(owner, { ...this.#deps, read });
    for (const principal of Object.values(rights.sources)) this.#heed(principal);
    const { bounds, key } = rights;
    if (bounds === null) return rights;
    // Filters are read once together with bounds that are the same object.
    return { ...rights, bounds: remembered(this.#bounds, key, () => bounds) };
  }

  close(): void {
    for (const end of this.#watched.values()) end();
    this.#watched.clear();
  }

  #heed(principal: Principal | undefined): void {
    if (principal === undefined || principal === EVERYBODY || this.#watched.has(principal)) return;
    const end = this.#deps.access.whileAllowed(principal, () => {
      this.#watched.delete(principal);
      this.#deps.onStale();
    });
    this.#watched.set(principal, end);
  }
}

/** The same again for the same key, mostly. */
function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let found = known.get(key);
  if (found !== undefined) return found;
  found = make();
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, found);
  return found;
}
