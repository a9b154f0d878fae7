import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import type { EmbeddedEngine } from '../../../src/percolate/embedded/embedded-engine.ts';
import {
  DEFAULT_TEMPLATE,
  FilterTemplate,
} from '../../../src/subscriptions/matching/filter-template.ts';
import {
  type SourceEvent,
  SubscriptionMatcher,
} from '../../../src/subscriptions/matching/matcher.ts';
import { TriggerRegistry } from '../../../src/subscriptions/matching/trigger-registry.ts';
import { orderIdOf } from '../../../src/subscriptions/orders/order.ts';
import { embeddedEngine } from '../../percolate/engines.ts';
import { boxOf, subscriptionOf, type Wanted } from '../some-subscriptions.ts';

const EUROPE = boxOf(-10, 35, 30, 60);
const TOULOUSE = { type: 'Point', coordinates: [1.44, 43.6] };
const TRIGGER = { geometry: EUROPE, event: ['CREATE', 'UPDATE'], job: ['images'] };

let triggers: EmbeddedEngine;
let filters: EmbeddedEngine;
let registry: TriggerRegistry;
let matcher: SubscriptionMatcher;
let now: number;
let fetched: string[];

beforeAll(() => {
  triggers = embeddedEngine({ workers: 1 });
  filters = embeddedEngine({ workers: 1 });
});

afterAll(() => Promise.all([triggers.close(), filters.close()]));

beforeEach(() => {
  now = 1_000_000;
  fetched = [];
  const template = new FilterTemplate(DEFAULT_TEMPLATE, { geometryKey: 'geometry' });
  const deps = { template, triggers, filters, now: () => now };
  registry = new TriggerRegistry(deps);
  const fetch = async (_event: SourceEvent, json: unknown) => {
    const { id } = (json as { object: { id: string } }).object;
    fetched.push(id);
    if (id === 'unknown') throw new EstromError('UNAVAILABLE', 'the store is away');
    return id === 'lost' ? null : { index: 'images', id, source: `{"id":"${id}","cloud":7}` };
  };
  matcher = new SubscriptionMatcher({ ...deps, registry, fetch });
});

afterEach(async () => {
  await registry.close();
  const ordinals = Array.from({ length: 10 }, (_, ordinal) => ordinal);
  await Promise.all([triggers.unregister(ordinals), filters.unregister(ordinals)]);
});

async function put(
  wanted: Wanted,
  others = {},
  bounds: { filter: string | null } | null = { filter: null },
) {
  return registry.put([{ subscription: subscriptionOf(wanted, others), bounds }]);
}

function eventOf(
  position: string,
  object: Record<string, unknown> = {},
  source?: string,
): SourceEvent {
  const whole = { id: 'a', geometry: TOULOUSE, job: 'images', event: 'UPDATE', ...object };
  const document = source === undefined ? {} : { document: { index: 'images', id: 'a', source } };
  return { position, text: JSON.stringify({ object: whole }), ...document };
}

async function told(...events: SourceEvent[]): Promise<string[]> {
  const { orders } = await matcher.match(events);
  return orders.map(({ subscriptionId }) => subscriptionId).sort();
}

describe('SubscriptionMatcher', () => {
  it('makes an order of an event whose trigger and document match', async () => {
    await put(
      { id: 's', trigger: TRIGGER, filter: 'f=cloud:lte:20', projection: 'include=id' },
      { userMetadatas: { mail: 'a@b.c' } },
    );
    const event = eventOf('t/0/1', {}, '{"id":"a","cloud":12,"n":12345678901234567890}');
    const { orders, failures } = await matcher.match([event]);
    expect(failures).toEqual([]);
    expect(orders.map(({ message }) => JSON.parse(message) as unknown)).toEqual([
      {
        ...(JSON.parse(event.text) as object),
        data: { id: 'a' },
        subscription: { id: 's', callback: 'https://example.org/s' },
        user_metadata: { mail: 'a@b.c' },
        order_id: orderIdOf('t/0/1', 's'),
      },
    ]);
  });

  it('asks of the trigger its place, event and job, and of the document the filter', async () => {
    await put({ id: 's', trigger: TRIGGER, filter: 'f=cloud:lte:20' });
    const fits = '{"cloud":12}';
    expect(await told(eventOf('1', {}, fits))).toEqual(['s']);
    expect(
      await told(eventOf('2', { geometry: { type: 'Point', coordinates: [50, 43] } }, fits)),
    ).toEqual([]);
    expect(await told(eventOf('3', { event: 'DELETE' }, fits))).toEqual([]);
    expect(await told(eventOf('4', { job: 'videos' }, fits))).toEqual([]);
    expect(await told(eventOf('5', {}, '{"cloud":21}'))).toEqual([]);
    expect(await told(eventOf('6', { geometry: boxOf(25, 55, 40, 70) }, fits))).toEqual(['s']);
  });

  it('reads filters as ARLAS parameters, Query DSL and query strings', async () => {
    await put({
      id: 'arlas',
      trigger: TRIGGER,
      filter: 'f=city:eq:Toulouse,Paris&f=cloud:range:[0<10[',
    });
    await put({ id: 'dsl', trigger: TRIGGER, filter: '{"term":{"city.keyword":"Toulouse"}}' });
    await put({ id: 'text', trigger: TRIGGER, filter: 'city:toulouse AND cloud:<10' });
    await put({ id: 'not', trigger: TRIGGER, filter: 'f=city:ne:Toulouse' });
    expect(await told(eventOf('1', {}, '{"city":"Toulouse","cloud":9}'))).toEqual([
      'arlas',
      'dsl',
      'text',
    ]);
    expect(await told(eventOf('2', {}, '{"city":"Rome","cloud":9}'))).toEqual(['not']);
  });

  it('adds the row filter of the owner, and pauses a subscription whose bounds are not known', async () => {
    const wanted = { id: 's', trigger: TRIGGER };
    await put(wanted, {}, { filter: 'tenant:red' });
    expect(
      await told(eventOf('1', {}, '{"tenant":"blue"}'), eventOf('2', {}, '{"tenant":"red"}')),
    ).toEqual(['s']);
    await put(wanted, {}, null);
    expect(registry.paused).toBe(1);
    expect(await told(eventOf('3', {}, '{"tenant":"red"}'))).toEqual([]);
    await put(wanted, {}, { filter: null });
    expect(await told(eventOf('4', {}, '{"tenant":"blue"}'))).toEqual(['s']);
  });

  it('never matches what is inactive, deleted, not begun or over', async () => {
    await put({ id: 'inactive', trigger: TRIGGER }, { active: false });
    await put({ id: 'later', trigger: TRIGGER }, { starts_at: 1001 });
    await put({ id: 'over', trigger: TRIGGER }, { expires_at: 1000 });
    await put({ id: 'ends', trigger: TRIGGER }, { expires_at: 1002 });
    await put({ id: 'gone', trigger: TRIGGER });
    await put({ id: 'gone', trigger: TRIGGER }, { deleted: true });
    expect(await told(eventOf('1', {}, '{}'))).toEqual(['ends']);
    now = 1_001_000;
    expect(await told(eventOf('2', {}, '{}'))).toEqual(['ends', 'later']);
    now = 1_002_000;
    expect(await told(eventOf('3', {}, '{}'))).toEqual(['later']);
  });

  it('matches a changed subscription once, by its newest state', async () => {
    const earlier = { ...TRIGGER, event: ['CREATE'] };
    await put({ id: 's', trigger: TRIGGER, filter: 'f=a:eq:1' });
    const changing = put(
      { id: 's', trigger: TRIGGER, filter: 'f=a:eq:1,2' },
      { estrom: { revision: 2, principal: null, rowFilter: null } },
    );
    expect(await told(eventOf('1', {}, '{"a":1}'))).toEqual(['s']);
    await changing;
    expect(await told(eventOf('2', {}, '{"a":2}'))).toEqual(['s']);
    await put({ id: 's', trigger: earlier });
    expect(await told(eventOf('3', {}, '{"a":2}'))).toEqual(['s']);
  });

  it('matches no event by a state that was replaced before it came', async () => {
    await put({ id: 's', trigger: TRIGGER });
    // While this goes on, the earlier state stays in the engine.
    const kept = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const first = matcher.matchInto([eventOf('1', {}, '{}')], () => {
      begun.resolve();
      return kept.promise;
    });
    await begun.promise;
    const estrom = { revision: 2, principal: null, rowFilter: null };
    await put({ id: 's', trigger: { ...TRIGGER, event: ['CREATE'] } }, { estrom });
    expect(await told(eventOf('2', {}, '{}'))).toEqual([]);
    kept.resolve();
    expect(await first).toEqual([]);
  });

  it('fetches documents only of events that a trigger matches, and tells which are lost', async () => {
    await put({ id: 's', trigger: TRIGGER });
    const other = { id: 'b', job: 'videos' };
    const events = [eventOf('1'), eventOf('2', other), eventOf('3', { id: 'lost' })];
    const { orders, failures } = await matcher.match(events);
    expect(orders.map(({ orderId }) => orderId)).toEqual([orderIdOf('1', 's')]);
    expect(fetched).toEqual(['a', 'lost']);
    expect(failures).toMatchObject([{ event: 2, position: '3', of: 'document' }]);
  });

  it('knows nothing of a batch while the store of documents is away', async () => {
    await put({ id: 's', trigger: TRIGGER });
    const matched = matcher.match([eventOf('1'), eventOf('2', { id: 'unknown' })]);
    await expect(matched).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('tells of events and documents that cannot be read, and goes on with the others', async () => {
    await put({ id: 's', trigger: TRIGGER, filter: 'f=a:eq:1' });
    const { orders, failures } = await matcher.match([
      { position: '1', text: '{"object":' },
      { position: '2', text: '[]' },
      eventOf('3', { geometry: { type: 'Cube' } }),
      eventOf('4', {}, '{"a":'),
      eventOf('5', {}, '{"a":1}'),
    ]);
    expect(orders).toHaveLength(1);
    expect(failures.map(({ event, of }) => [event, of])).toEqual([
      [0, 'event'],
      [1, 'event'],
      [2, 'event'],
      [3, 'document'],
    ]);
  });

  it('tells of a filter that cannot be read, and matches the others', async () => {
    const problems = await registry.put([
      { subscription: subscriptionOf({ id: 'bad', filter: 'f=a:is:1' }), bounds: { filter: null } },
      { subscription: subscriptionOf({ id: 's', trigger: TRIGGER }), bounds: { filter: null } },
    ]);
    expect(problems).toMatchObject([{ id: 'bad', error: { code: 'QUERY_UNSUPPORTED' } }]);
    expect(await told(eventOf('1', {}, '{}'))).toEqual(['s']);
  });
});
