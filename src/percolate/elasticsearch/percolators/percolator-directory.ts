import { EstromError } from '../../../errors.ts';
import type { Json } from '../mapping/describe-index.ts';
import { type IndexShape, objectAt, shapeOf } from '../mapping/index-shape.ts';
import type { Patience } from '../patience.ts';
import { ALONE_FIELD, PART_FIELD, PREFIX_FIELD, QUERY_FIELD } from './stored-fields.ts';

/** Changes when queries are compiled or stored in another way: older percolators are not used then. */
export const FORMAT = 1;

/** A percolator index as it stood in the state of the cluster. */
export interface Percolator {
  readonly name: string;
  /** The alias that it is asked and written by: a write to it never makes an index. */
  readonly alias: string;
  readonly uuid: string;
  /** Of the mapping; grows with each change. */
  readonly version: number;
  readonly shape: IndexShape;
  /** Whether it is known to hold every query that was registered before its mapping got this shape. */
  readonly complete: boolean;
}

interface IndexState {
  readonly mapping_version: number;
  readonly mappings: { readonly _doc?: Json };
  readonly settings: { readonly index: Json & { readonly uuid: string } };
}

interface ClusterState {
  readonly metadata?: { readonly indices?: Readonly<Record<string, IndexState>> };
  readonly blocks?: {
    readonly global?: Readonly<Record<string, { readonly description: string }>>;
  };
}

/** Of a cluster that does not know its indices yet, and of one without a master; it answers all the same. */
const UNKNOWING_BLOCKS = ['1', '2'];

export const STORED_FIELDS: Json = {
  [QUERY_FIELD]: { type: 'percolator' },
  [PART_FIELD]: { type: 'short' },
  [PREFIX_FIELD]: { type: 'keyword' },
  [ALONE_FIELD]: { type: 'boolean' },
};

/** The percolator indices that there are, whichever node made them. */
export class PercolatorDirectory {
  readonly #patience: Patience;
  /** Of names of percolator indices; those of other formats are none of this program's. */
  readonly #prefix: string;
  readonly #aliasPrefix: string;
  #last: ReadonlyMap<string, Percolator> = new Map();

  constructor(patience: Patience, prefix: string) {
    this.#patience = patience;
    this.#prefix = `${prefix}-percolator-${FORMAT}-`;
    this.#aliasPrefix = `${prefix}-queries-${FORMAT}-`;
  }

  /** As {@link list} found them last. */
  get last(): ReadonlyMap<string, Percolator> {
    return this.#last;
  }

  /** @param key tells shapes apart */
  nameOf(key: string): string {
    return this.#prefix + key;
  }

  aliasOf(name: string): string {
    return this.#aliasPrefix + name.slice(this.#prefix.length);
  }

  /** By name, as the master has them now; what was not changed since the last time is the same object. */
  async list(): Promise<ReadonlyMap<string, Percolator>> {
    const versions = await this.#read('mapping_version', 'settings.index.uuid');
    const isCurrent = ([name, { mapping_version, settings }]: [string, IndexState]): boolean => {
      const known = this.#last.get(name);
      return known?.version === mapping_version && known.uuid === settings.index.uuid;
    };
    if (versions.length === this.#last.size && versions.every(isCurrent)) return this.#last;
    const states = await this.#read('mapping_version', 'settings.index', 'mappings');
    const last = this.#last;
    this.#last = new Map(
      states.map((state) => [
        state[0],
        isCurrent(state) ? last.get(state[0])! : this.#percolatorOf(...state),
      ]),
    );
    return this.#last;
  }

  #read(...parts: string[]): Promise<[string, IndexState][]> {
    const fields = parts.map((part) => `metadata.indices.*.${part}`);
    return this.#patience.insist(async () => {
      const { metadata, blocks } = (await this.#patience.demand(
        'GET',
        `/_cluster/state/metadata,blocks/${encodeURIComponent(this.#prefix)}*`,
        {
          query: {
            expand_wildcards: 'all',
            filter_path: [...fields, 'blocks.global.*.description'].join(','),
          },
        },
      )) as ClusterState;
      const block = UNKNOWING_BLOCKS.map((id) => blocks?.global?.[id]).find(Boolean);
      if (block !== undefined) throw new EstromError('UNAVAILABLE', block.description);
      return Object.entries(metadata?.indices ?? {});
    });
  }

  #percolatorOf(name: string, state: IndexState): Percolator {
    const mappings = state.mappings._doc ?? {};
    const properties = Object.fromEntries(
      Object.entries(objectAt(mappings, 'properties')).filter(
        ([field]) => !(field in STORED_FIELDS),
      ),
    );
    const settings = state.settings.index;
    const shape = shapeOf({ mappings: { ...mappings, properties }, settings });
    const meta = objectAt(objectAt(mappings, '_meta'), 'estrom');
    return {
      name,
      alias: this.aliasOf(name),
      uuid: settings.uuid,
      version: state.mapping_version,
      shape,
      complete: meta['complete'] === shape.key,
    };
  }
}
