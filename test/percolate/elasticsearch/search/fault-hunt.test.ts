import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLogger } from '../../../../src/log.ts';
import { ConcurrencyTuner } from '../../../../src/percolate/elasticsearch/search/concurrency-tuner.ts';
import { FaultHunt } from '../../../../src/percolate/elasticsearch/search/fault-hunt.ts';
import { FoundQueries } from '../../../../src/percolate/elasticsearch/search/found-queries.ts';
import type { PausedQuery } from '../../../../src/percolate/elasticsearch/search/percolate-task.ts';
import { Percolation } from '../../../../src/percolate/elasticsearch/search/percolation.ts';
import { RequestGate } from '../../../../src/percolate/elasticsearch/search/request-gate.ts';
import { RequestSender } from '../../../../src/percolate/elasticsearch/search/request-sender.ts';
import { Retries } from '../../../../src/percolate/elasticsearch/search/retries.ts';
import type {
  Search,
  SearchAnswer,
  SearchOutcome,
  SearchTask,
} from '../../../../src/percolate/elasticsearch/worker/worker-messages.ts';
import { idsBySlot } from '../../../engines/percolator/stored-queries.ts';
import { batchOf } from '../../batches.ts';

interface Stored {
  readonly id: string;
  readonly part: number;
  readonly alone: boolean;
  /** Makes every request fail that evaluates it. */
  readonly bad: boolean;
  /** Slots are matched by what they leave when divided by it. */
  readonly every: number;
}

interface Clause {
  readonly term?: { readonly __estrom_alone?: boolean; readonly __estrom_part?: number };
  readonly range?: { readonly __estrom_part: { readonly gte: number; readonly lt: number } };
  readonly ids?: { readonly values: readonly string[] };
}

/**
 * Elasticsearch as far as faults go: the real one, of which single queries are made to fail, is asked in
 * `test/engines`; here are all combinations of them.
 */
class Fake {
  readonly #queries: readonly Stored[];
  readonly #unreadable: ReadonlySet<number>;
  requests = 0;

  constructor(queries: readonly Stored[], unreadable: ReadonlySet<number>) {
    this.#queries = queries;
    this.#unreadable = unreadable;
  }

  send = async ({ searches }: SearchTask): Promise<SearchAnswer> => {
    this.requests++;
    const timing = { building: 0, waiting: 0.001, parsing: 0 };
    return { outcomes: searches.map((search) => this.#answer(search)), timing };
  };

  #answer({ filter, mustNot, documents, size }: Search): SearchOutcome {
    if (documents.some((slot) => this.#unreadable.has(slot))) {
      return { error: { status: 400, type: 'mapper_parsing_exception', reason: 'unreadable' } };
    }
    const clauses = JSON.parse(`[${filter}]`) as Clause[];
    const excluded = JSON.parse(`[${mustNot}]`) as Clause[];
    const asked = this.#queries.filter(
      (query) =>
        clauses.every((clause) => isIn(clause, query)) &&
        !excluded.some((clause) => isIn(clause, query)),
    );
    if (documents.length > 0 && asked.some(({ bad }) => bad)) {
      return { error: { status: 500, type: 'some_exception', reason: 'evaluation' } };
    }
    const hits = asked
      .map((query) => ({ query, slots: [...documents].filter((slot) => slot % query.every === 0) }))
      .filter(({ slots }) => documents.length === 0 || slots.length > 0)
      .slice(0, size);
    const pairs = hits.flatMap(({ slots }, i) => slots.flatMap((slot) => [slot, i]));
    return { found: { ids: hits.map(({ query }) => query.id), pairs: Uint32Array.from(pairs) } };
  }
}

function isIn({ term, range, ids }: Clause, { id, part, alone }: Stored): boolean {
  if (term?.__estrom_alone !== undefined) return term.__estrom_alone === alone;
  if (term?.__estrom_part !== undefined) return term.__estrom_part === part;
  if (range !== undefined) {
    return part >= range.__estrom_part.gte && part < range.__estrom_part.lt;
  }
  return ids === undefined || ids.values.includes(id);
}

async function percolate(queries: readonly Stored[], count: number, unreadable: readonly number[]) {
  const pausedIds: string[] = [];
  const fake = new Fake(queries, new Set(unreadable));
  const gate: RequestGate = new RequestGate(() => 3, 2 ** 20);
  const sender = new RequestSender({
    send: fake.send,
    gate,
    concurrency: new ConcurrencyTuner(() => gate.busySeconds),
    makeTuner: () => ({ next: () => 8, took: () => {}, tooSlow: () => {} }),
    retries: new Retries(createLogger('silent')),
    maxHits: 70,
    onAnswer: () => {},
    paused: () => [...pausedIds],
  });
  const hunt = new FaultHunt(sender, ({ id }: PausedQuery) => {
    pausedIds.push(id);
  });
  const { bytes, slots } = batchOf(Array.from({ length: count }, () => '{}'));
  const all = Uint32Array.from({ length: count }, (_, slot) => slot);
  const known = new SharedArrayBuffer(1);
  const groups = [{ percolator: 'p', index: 'docs', slots: all, known }];
  const task = { bytes, slots, groups };
  const found = new FoundQueries();
  const percolation = new Percolation({ task, sender, found, blame: hunt.blame });
  await percolation.run(new Set());
  const { failures, paused } = percolation;
  const pairs = found.sorted(count, failures);
  const answer = { ids: found.ids, pairs, unknown: new Uint32Array(), failures: [], paused };
  return {
    failed: [...failures.keys()].toSorted((a, b) => a - b),
    paused: paused.map(({ id }) => id).toSorted(),
    matches: idsBySlot(answer, count),
    requests: fake.requests,
  };
}

const stored = fc.record({
  part: fc.nat(63),
  alone: fc.boolean(),
  bad: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  every: fc.integer({ min: 1, max: 5 }),
});

it('blames exactly what is to blame, and the rest is answered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stored, { maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.nat(29), { maxLength: 5 }),
      async (made, count, places) => {
        const queries = made.map((query, i) => ({ ...query, id: `q${i}` }));
        const unreadable = [...new Set(places.filter((slot) => slot < count))];
        const { failed, paused, matches } = await percolate(queries, count, unreadable);
        const good = count > unreadable.length;
        expect(failed).toEqual(unreadable.toSorted((a, b) => a - b));
        expect(paused).toEqual(
          good
            ? queries
                .filter(({ bad }) => bad)
                .map(({ id }) => id)
                .toSorted()
            : [],
        );
        expect(matches).toEqual(
          Array.from({ length: count }, (_, slot) =>
            unreadable.includes(slot)
              ? []
              : queries
                  .filter(({ bad, every }) => !bad && slot % every === 0)
                  .map(({ id }) => id)
                  .toSorted(),
          ),
        );
      },
    ),
    { numRuns: 200 },
  );
});

it('refuses the documents when so many queries fail with them that it has to be these', async () => {
  const bad = Array.from({ length: 1200 }, (_, i) => ({ bad: true, every: 1, part: i % 64 }));
  const queries = [...bad, { bad: false, every: 1, part: 0 }].map((query, i) => ({
    ...query,
    alone: false,
    id: `q${i}`,
  }));
  const { failed, paused, requests } = await percolate(queries, 2, []);
  expect(failed).toEqual([0, 1]);
  expect(paused).toEqual([]);
  expect(requests).toBeLessThan(10_100);
});
