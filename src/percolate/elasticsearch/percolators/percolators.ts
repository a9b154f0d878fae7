import { setImmediate } from 'node:timers/promises';
import { xxh3 } from '@node-rs/xxhash';
import { reasonOf } from '../../../elasticsearch/connection.ts';
import { EstromError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import type { QuerySupply } from '../../engine.ts';
import { agree, holds, type IndexShape, objectAt } from '../mapping/index-shape.ts';
import type { Patience } from '../patience.ts';
import type { ElasticsearchEngineStats } from './engine-stats.ts';
import {
  type Percolator,
  type PercolatorDirectory,
  STORED_FIELDS,
} from './percolator-directory.ts';
import type { QueryWriter } from './query-writer.ts';
import { refresh } from './registrations.ts';
import { RESULT_WINDOW } from './stored-fields.ts';
import { readsAny, type SharedQuery } from './stored-query.ts';

/** Fields up to which indices are brought together: queries on all fields have a clause for each. */
const MOST_SHARED_FIELDS = 500;

/** Enough for the writer's requests side by side. */
const WRITTEN_AT_ONCE = 1_500;

export interface PercolatorsParts {
  readonly patience: Patience;
  readonly directory: PercolatorDirectory;
  readonly writer: QueryWriter;
  readonly supply: QuerySupply;
  readonly stats: ElasticsearchEngineStats;
  readonly log: Logger;
}

/**
 * Finds the percolator for an index: one that has all its fields, else one that can take them besides
 * its own, else a new one. A percolator only ever gets more fields, and a field of its that an index
 * lacks changes nothing for that index's documents; so nothing has to be built aside and switched,
 * and no batch waits but those that brought the field. How this goes together with registrations is
 * told at {@link Registrations}.
 */
export class Percolators {
  readonly #patience: Patience;
  readonly #directory: PercolatorDirectory;
  readonly #writer: QueryWriter;
  readonly #supply: QuerySupply;
  readonly #stats: ElasticsearchEngineStats;
  readonly #log: Logger;
  /** By uuid: a shape with which it was complete; later ones only have more. */
  readonly #complete = new Map<string, IndexShape>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: PercolatorsParts) {
    this.#patience = parts.patience;
    this.#directory = parts.directory;
    this.#writer = parts.writer;
    this.#supply = parts.supply;
    this.#stats = parts.stats;
    this.#log = parts.log;
  }

  /** Resolves when the percolator holds every registered query as this shape needs it. */
  place(shape: IndexShape): Promise<Percolator> {
    const placed = this.#last.then(() => this.#place(shape));
    this.#last = placed.catch(() => {});
    return placed;
  }

  async #place(shape: IndexShape): Promise<Percolator> {
    /** Those that were to be extended: once is enough. */
    const tried = new Set<string>();
    for (;;) {
      const all = [...(await this.#directory.list()).values()];
      for (const { uuid, complete, shape: whole } of all) {
        if (complete) this.#complete.set(uuid, whole);
      }
      const ready = tightest(all.filter((percolator) => holds(percolator.shape, shape)));
      if (ready !== undefined) {
        await this.#fill(ready);
        return ready;
      }
      const wider = all.filter(
        (percolator) =>
          !tried.has(percolator.uuid) &&
          agree(percolator.shape, shape) &&
          isWorthSharing(percolator.shape, shape),
      );
      const [chosen] = wider.toSorted((a, b) => fieldsOf(b.shape) - fieldsOf(a.shape));
      if (chosen === undefined) {
        await this.#create(shape, all);
      } else {
        tried.add(chosen.uuid);
        await this.#extend(chosen, shape);
      }
    }
  }

  async #create(shape: IndexShape, all: readonly Percolator[]): Promise<void> {
    const name = this.#directory.nameOf(xxh3.xxh128(shape.key).toString(16).padStart(32, '0'));
    if (all.some((percolator) => percolator.name === name)) {
      throw new EstromError(
        'ENGINE_FAILED',
        `Elasticsearch made the percolator [${name}] with another mapping than it was given; look for an index template that applies to it`,
      );
    }
    const { mappings } = shape.mapping;
    const { status, body } = await this.#patience.ask('PUT', `/${encodeURIComponent(name)}`, {
      body: {
        aliases: { [this.#directory.aliasOf(name)]: { is_hidden: true } },
        settings: {
          ...shape.settings,
          mapping: {
            ...objectAt(shape.settings, 'mapping'),
            total_fields: { limit: 100_000 },
            depth: { limit: 1000 },
            nested_fields: { limit: 10_000 },
          },
          number_of_shards: 1,
          auto_expand_replicas: '0-1',
          hidden: true,
          refresh_interval: '-1',
          max_result_window: RESULT_WINDOW,
        },
        mappings: {
          ...mappings,
          properties: { ...objectAt(mappings, 'properties'), ...STORED_FIELDS },
          _source: { enabled: false },
          _meta: { estrom: {} },
        },
      },
    });
    if (status < 400) this.#log.info({ percolator: name }, 'percolator made');
    else if (!reasonOf(body).startsWith('resource_already_exists_exception')) {
      throw new EstromError(
        'ENGINE_FAILED',
        `Elasticsearch refuses a percolator: ${reasonOf(body)}`,
      );
    }
  }

  async #extend({ name }: Percolator, shape: IndexShape): Promise<void> {
    const { properties, runtime } = shape.mapping.mappings;
    const { status, body } = await this.#patience.ask(
      'PUT',
      `/${encodeURIComponent(name)}/_mapping`,
      { body: { properties: properties ?? {}, ...(runtime === undefined ? {} : { runtime }) } },
    );
    if (status < 400) return;
    this.#log.warn({ percolator: name, reason: reasonOf(body) }, 'percolator cannot be extended');
  }

  /**
   * Makes sure that all registered queries are in it, compiled for its fields. Where they were in it
   * with fewer fields, as this node has seen, only those are written that ask one of the new ones.
   */
  async #fill(percolator: Percolator): Promise<void> {
    const { name, alias, uuid, shape } = percolator;
    if (this.#complete.get(uuid)?.key === shape.key) {
      if (this.#stats.storedIn(name) === 0) await this.#count(percolator);
      return;
    }
    const before = this.#complete.get(uuid)?.mapping;
    const fresh = new Set(before === undefined ? [] : shape.mapping.newPathsSince(before));
    let concerned: SharedQuery[] = [];
    const write = async (): Promise<void> => {
      const { stored, held } = await this.#writer.write(percolator, concerned);
      this.#stats.wrote(name, stored, held, concerned);
      this.#stats.copied += concerned.length;
      concerned = [];
    };
    for await (const group of this.#supply.all()) {
      for (const query of group) {
        if (before === undefined || readsAny(query, before, fresh)) concerned.push(query);
      }
      if (concerned.length >= WRITTEN_AT_ONCE) await write();
      // Compiling for the comparison takes its time too.
      else await setImmediate();
    }
    await write();
    await refresh(this.#patience, [percolator]);
    await this.#patience.demand('PUT', `/${encodeURIComponent(name)}/_mapping`, {
      body: { _meta: { estrom: { complete: shape.key } } },
    });
    this.#complete.set(uuid, shape);
    await this.#count(percolator);
    this.#log.debug(
      { percolator: name, alias, fields: fieldsOf(shape), fresh: [...fresh].slice(0, 20) },
      'percolator complete',
    );
  }

  async #count({ name, alias }: Percolator): Promise<void> {
    const { status, body } = await this.#patience.ask(
      'GET',
      `/${encodeURIComponent(alias)}/_count`,
    );
    if (status === 200) this.#stats.counted(name, (body as { count: number }).count);
  }
}

/** The one with the fewest fields, complete ones first. */
function tightest(percolators: readonly Percolator[]): Percolator | undefined {
  return percolators.toSorted(
    (a, b) => Number(b.complete) - Number(a.complete) || fieldsOf(a.shape) - fieldsOf(b.shape),
  )[0];
}

/** An index on its own may have as many fields as it likes; others should not add too many to them. */
function isWorthSharing(percolator: IndexShape, { mapping }: IndexShape): boolean {
  const own = mapping.searchableFields();
  const fresh = own.filter(({ path }) => percolator.mapping.field(path) === undefined);
  const together = fieldsOf(percolator) + fresh.length;
  return together <= Math.max(MOST_SHARED_FIELDS, own.length * 1.25);
}

function fieldsOf({ mapping }: IndexShape): number {
  return mapping.searchableFields().length;
}
