import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_ACCESS_CONTROL } from '../../../src/access/access-control.ts';
import { createLogger } from '../../../src/log.ts';
import type { EmbeddedEngine } from '../../../src/percolate/embedded/embedded-engine.ts';
import { DocumentEvents } from '../../../src/subscriptions/events/document-events.ts';
import { makeDryRun } from '../../../src/subscriptions/matching/dry-run.ts';
import { FilterTrials } from '../../../src/subscriptions/matching/dry-run-filters.ts';
import {
  DEFAULT_TEMPLATE,
  FilterTemplate,
} from '../../../src/subscriptions/matching/filter-template.ts';
import { batchOf } from '../../../src/subscriptions/matching/match-engine.ts';
import type { EventDocument, MatcherDeps } from '../../../src/subscriptions/matching/matcher.ts';
import { SubscriptionMatcher } from '../../../src/subscriptions/matching/matcher.ts';
import { TriggerRegistry } from '../../../src/subscriptions/matching/trigger-registry.ts';
import type { KeptSubscription } from '../../../src/subscriptions/model.ts';
import { orderIdOf } from '../../../src/subscriptions/orders/order.ts';
import type { Sample } from '../../../src/subscriptions/rest/dry-run.ts';
import type { Grant } from '../../../src/subscriptions/rest/subscription-service.ts';
import { SubscriptionBounds } from '../../../src/subscriptions/rights/subscription-bounds.ts';
import { embeddedEngine } from '../../percolate/engines.ts';
import { subscriptionOf } from '../some-subscriptions.ts';

const NOW = 1_000_000;
const TRIGGER = { event: ['UPDATE'], job: ['images'] };
const OBJECT = {
  id: 'a',
  event: 'UPDATE',
  job: 'images',
  geometry: { type: 'Point', coordinates: [1, 2] },
};
const EVERYTHING: Grant = { principal: null, rowFilter: '*' };
const template = new FilterTemplate(DEFAULT_TEMPLATE, { geometryKey: 'geometry' });

let triggers: EmbeddedEngine;
let filters: EmbeddedEngine;
let registry: TriggerRegistry;
let trials: FilterTrials;
/** Documents of the store, by the id that an event has. */
let stored: Record<string, string>;

beforeAll(() => {
  [triggers, filters] = [embeddedEngine({ workers: 1 }), embeddedEngine({ workers: 1 })];
  registry = new TriggerRegistry({ template, triggers, filters, now: () => NOW * 1000 });
  trials = new FilterTrials({
    engine: filters,
    holdFilters: (some, work) => registry.holdFilters(some, work),
  });
});
beforeEach(() => {
  stored = {};
});
afterAll(async () => {
  await registry.close();
  await Promise.all([triggers.close(), filters.close()]);
});

const fetch: MatcherDeps['fetch'] = async (_event, json): Promise<EventDocument | null> => {
  const { id } = (json as { object: { id: string } }).object;
  const source = stored[id];
  return source === undefined ? null : { index: 'images', id, source };
};

function dryRun(more: Partial<Parameters<typeof makeDryRun>[0]> = {}) {
  const bounds = new SubscriptionBounds({
    ...{ access: NO_ACCESS_CONTROL, rule: '', hasRowHeader: true, log: createLogger('silent') },
  });
  return makeDryRun({
    ...{ template, bounds, trials: () => trials, fetch, index: 'images', now: () => NOW * 1000 },
    ...more,
  });
}

function subscription(filter = 'f=cloud:lte:20', change: Partial<KeptSubscription> = {}) {
  return subscriptionOf({ id: 's', trigger: TRIGGER, filter, projection: 'include=id,n' }, change);
}

function sample(document: string | null, object: object = {}, index: string | null = null): Sample {
  return { event: JSON.stringify({ object: { ...OBJECT, ...object } }), document, index };
}

/** What a trial found out: its reason, and its stages as + for yes, - for no and ? for not looked at. */
async function tried(...[tried, sent, grant = EVERYTHING]: [KeptSubscription, Sample, Grant?]) {
  const { reason, stages, matches, order } = await dryRun()(tried, sent, grant);
  expect(matches).toBe(reason === null);
  expect(order === null).toBe(reason !== null);
  const marks = Object.values(stages as object).map((one) =>
    one === null ? '?' : one ? '+' : '-',
  );
  return `${reason} ${marks.join('')}`;
}

describe('a dry run', () => {
  it('shows the order that would be sent', async () => {
    const text = '{"id":"a","cloud":12,"n":12345678901234567890,"left":"out"}';
    const one = subscription('f=cloud:lte:20', { userMetadatas: { mail: 'a@b.c' } });
    const told = JSON.stringify(await dryRun()(one, sample(text), EVERYTHING));
    expect(told).toContain('"n":12345678901234567890');
    expect(told).not.toContain('left');
    expect(JSON.parse(told)).toEqual({
      matches: true,
      reason: null,
      message: 'an order would be sent',
      stages: {
        ...{ active: true, time: true, trigger: true },
        ...{ document: true, filter: true, row_filter: true },
      },
      order: {
        object: OBJECT,
        data: expect.objectContaining({ id: 'a' }),
        subscription: { id: 's', callback: 'https://example.org/s' },
        user_metadata: { mail: 'a@b.c' },
        order_id: orderIdOf('dry-run', 's'),
      },
    });
  });

  it('says which stage is against it, and looks at the others', async () => {
    const fits = sample('{"cloud":12}');
    expect(await tried(subscription(), fits)).toBe('null ++++++');
    const inactive = subscription(undefined, { active: false });
    expect(await tried(inactive, fits)).toBe('not_active -+++++');
    const later = subscription(undefined, { starts_at: NOW + 1 });
    expect(await tried(later, fits)).toBe('not_started +-++++');
    const over = subscription(undefined, { expires_at: NOW });
    expect(await tried(over, fits)).toBe('expired +-++++');
    expect(await tried(subscription(), sample('{"cloud":12}', { job: 'videos' }))).toBe(
      'trigger ++-+++',
    );
    expect(await tried(subscription(), sample('{"cloud":21}'))).toBe('filter ++++-+');
    const red = { principal: null, rowFilter: 'tenant:red' };
    expect(await tried(subscription(), fits, red)).toBe('row_filter +++++-');
    expect(await tried(subscription(), sample('{"cloud":1,"tenant":"red"}'), red)).toBe(
      'null ++++++',
    );
    const unknown = { principal: null, rowFilter: null };
    expect(await tried(subscription(), fits, unknown)).toBe('row_filter_unresolved +++++?');
  });

  it('looks for the document of an event that brings none', async () => {
    stored['a'] = '{"cloud":3}';
    expect(await tried(subscription(), sample(null))).toBe('null ++++++');
    expect(await tried(subscription(), sample(null, { id: 'b' }))).toBe('document_missing +++-??');
    expect(await tried(subscription(), sample(null, { job: 'x' }))).toBe('trigger ++-???');
    const unknown = { principal: null, rowFilter: null };
    expect(await tried(subscription(), sample(null), unknown)).toBe('row_filter_unresolved +++???');
    const without = await makeDryRun({
      template,
      bounds: { rightsOf: () => ({ bounds: { filter: null }, reason: null }) },
      trials: () => trials,
      now: () => NOW * 1000,
    })(subscription(), sample(null), EVERYTHING);
    expect(without['reason']).toBe('document_missing');
  });

  it('tells nothing of a stored document that its owner may not see', async () => {
    stored['a'] = '{"cloud":3,"tenant":"blue"}';
    const red = { principal: null, rowFilter: 'tenant:red' };
    const hidden = await dryRun()(subscription(), sample(null), red);
    const otherwise = await dryRun()(subscription('f=cloud:gt:20'), sample(null), red);
    delete stored['a'];
    const missing = await dryRun()(subscription(), sample(null), red);
    expect(hidden).toEqual(missing);
    expect(otherwise).toEqual(missing);
    expect(missing['reason']).toBe('document_missing');
    stored['a'] = '{"cloud":3,"tenant":"blue"}';
    // Who has sent it inside of the event knows it.
    const own = await dryRun({ isInEvent: true })(subscription(), sample(null), red);
    expect(own['reason']).toBe('row_filter');
  });

  it('does not wait for a document for ever', async () => {
    const never = dryRun({ fetch: () => new Promise(() => {}), patience: 10 });
    await expect(never(subscription(), sample(null), EVERYTHING)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it("reads documents with their index's mapping and bounds", async () => {
    const scoped = dryRun({
      bounds: { rightsOf: () => ({ bounds: { filter: null, scope: 'red-*' }, reason: null }) },
    });
    const reason = async (index: string | null) =>
      (await scoped(subscription(), sample('{"cloud":1}', {}, index), EVERYTHING))['reason'];
    expect(await reason('red-1')).toBe(null);
    expect(await reason('blue-1')).toBe('row_filter');
    expect(await reason(null)).toBe('row_filter');
  });

  it('makes the event of the document where documents are events', async () => {
    const documents = new DocumentEvents((index) => index === 'images', template.paths);
    const eventOf = ({ index, id, source }: EventDocument) =>
      documents.of(
        batchOf([source], () => index, [id]),
        new Set(),
      )[0]?.text;
    const run = dryRun({ eventOf });
    const { id: _, ...object } = OBJECT;
    const document = JSON.stringify({ ...object, cloud: 3 });
    const sent = { event: null, document, index: null };
    expect(await run(subscription(), sent, EVERYTHING)).toMatchObject({
      matches: true,
      order: { object: { job: 'images', index: 'images' }, data: {} },
    });
    const other = { ...sent, document: '{"cloud":3}' };
    expect(await run(subscription(), other, EVERYTHING)).toMatchObject({ reason: 'trigger' });
    for (const [one, index] of [
      [run, 'videos'],
      [dryRun(), 'images'],
    ] as const) {
      const asked = one(subscription(), { ...sent, index }, EVERYTHING);
      await expect(asked).rejects.toThrow(`[event] is missing: documents of the index [${index}]`);
    }
  });

  it('says what is wrong with events, documents and filters that cannot be read', async () => {
    const run = dryRun();
    const bad = sample('{}', { geometry: { type: 'Cube' } });
    await expect(run(subscription(), bad, EVERYTHING)).rejects.toThrow(/^\[event\]: /);
    const deep = sample(`{"a":${'['.repeat(200)}${']'.repeat(200)}}`);
    await expect(run(subscription(), deep, EVERYTHING)).rejects.toMatchObject({
      code: 'BAD_DOCUMENT',
    });
    await expect(run(subscription('f=a:is:1'), sample('{}'), EVERYTHING)).rejects.toMatchObject({
      code: 'QUERY_UNSUPPORTED',
    });
  });

  it('leaves nothing behind, in the engine or in the mapping', async () => {
    const before = registry.filters;
    await tried(subscription('f=fresh:eq:1'), sample('{"fresh":"text"}'));
    await tried(subscription('f=fresh:eq:2'), sample('{"fresh":2}'));
    expect(registry.filters).toBe(before);
    const { pairs, failures } = await filters.percolate(
      batchOf(['{"fresh":"text"}'], () => 'images', ['']),
    );
    expect([pairs.length, failures.length]).toEqual([0, 0]);
  });

  it('agrees with what becomes of the event, beside subscriptions that have the same filter', async () => {
    const matcher = new SubscriptionMatcher({
      template,
      triggers,
      filters,
      registry,
      now: () => NOW * 1000,
    });
    const wanted = ['cloud:<20', 'f=cloud:gte:20', '{"term":{"city.keyword":"Rome"}}', ''];
    const all = wanted.map((filter, k) => subscription(filter, { id: `s${k}` }));
    await registry.put(all.map((one) => ({ subscription: one, bounds: { filter: null } })));
    for (const source of ['{"cloud":19}', '{"cloud":20,"city":"Rome"}', '{"city":"rome"}', '{}']) {
      const { event } = sample(source);
      const document = { index: 'images', id: '', source };
      const { orders } = await matcher.match([{ position: 'dry-run', text: event!, document }]);
      const found = await Promise.all(all.map((one) => dryRun()(one, sample(source), EVERYTHING)));
      const messages = found.flatMap(({ order }) => (order === null ? [] : [order]));
      expect(messages.map((one) => JSON.stringify(one))).toEqual(
        orders.map(({ message }) => message),
      );
    }
    await registry.put(
      all.map((one) => ({ subscription: { ...one, deleted: true }, bounds: { filter: null } })),
    );
  });

  it('refuses when too many are tried at once, and goes on with the others', async () => {
    const runs = Array.from({ length: 40 }, () =>
      dryRun()(subscription(), sample('{"cloud":1}'), EVERYTHING).then(
        ({ matches }) => matches,
        ({ code }: { code: string }) => code,
      ),
    );
    const answers = await Promise.all(runs);
    expect(answers.filter((one) => one === true).length).toBe(32);
    expect(answers.filter((one) => one === 'OVERLOADED').length).toBe(8);
    expect(await tried(subscription(), sample('{"cloud":1}'))).toBe('null ++++++');
  });
});
