import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedEngine } from '../../../src/percolate/embedded/embedded-engine.ts';
import { FilterTemplate } from '../../../src/subscriptions/matching/filter-template.ts';
import {
  type SourceEvent,
  SubscriptionMatcher,
} from '../../../src/subscriptions/matching/matcher.ts';
import { TriggerRegistry } from '../../../src/subscriptions/matching/trigger-registry.ts';
import type { NotificationOrder } from '../../../src/subscriptions/orders/order.ts';
import { embeddedEngine } from '../../percolate/engines.ts';
import { boxOf, subscriptionOf } from '../some-subscriptions.ts';

const TEMPLATE = [
  'f=geometry:intersects:(object.place)',
  'f=subscription.trigger.zone:within:(object.frame)',
  'f=subscription.trigger.event:eq:(object.event)',
  'f=subscription.trigger.not:ne:(object.event)',
  'f=subscription.trigger.least:lte:(object.size)',
  'f=subscription.trigger.below:gt:(object.size)',
  'f=subscription.trigger.date:gte:(object.date);subscription.trigger.date:lt:(object.size)',
  'f=subscription.trigger.age:range:[(object.from)<(object.to)[',
  'f=subscription.trigger.title:like:(object.word)',
].join('&');

/** West, south, east, north; a point has them twice. */
type Box = readonly [number, number, number, number];

const far = fc.integer({ min: -17, max: 16 }).map((n) => n * 10);
const high = fc.integer({ min: -8, max: 7 }).map((n) => n * 10);
const some = (side: number) =>
  fc
    .tuple(far, high, fc.integer({ min: 0, max: side }), fc.integer({ min: 0, max: side }))
    .map(([w, s, x, y]): Box => {
      // A flat polygon has no direction, and a wide one of no direction may go around the other side of the earth.
      if (x === 0 || y === 0) return [w, s, w, s];
      return [w, s, Math.min(170, w + x * 5), Math.min(80, s + y * 5)];
    });
const wide = fc.oneof(fc.constant<Box>([-175, -85, 175, 85]), some(60));
const word = fc.constantFrom('create', 'update', 'Update', 'delete');
const day = fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-02T00:00:00Z', '2025');
const small = fc.integer({ min: 0, max: 9 });
const often = <T>(value: fc.Arbitrary<T>, usual: T) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: value });

/** What one clause of the filter says of a document; as ARLAS writes it, and as it is meant. */
interface Clause {
  readonly text: string;
  readonly holds: (document: Doc) => boolean;
}
interface Doc {
  readonly id: string;
  readonly n?: number;
  readonly tag?: readonly string[];
}

const tags = ['red', 'green', 'blue'];
const number = (op: string, holds: (n: number, to: number) => boolean) =>
  small.map((to): Clause => {
    return { text: `n:${op}:${to}`, holds: ({ n }) => n !== undefined && holds(n, to) };
  });
const clause: fc.Arbitrary<Clause> = fc.oneof(
  number('gt', (n, to) => n > to),
  number('gte', (n, to) => n >= to),
  number('lt', (n, to) => n < to),
  number('lte', (n, to) => n <= to),
  number('ne', (n, to) => n !== to).map(({ text, holds }) => {
    return { text, holds: (doc: Doc) => doc.n === undefined || holds(doc) };
  }),
  fc.tuple(small, small).map(([from, size]): Clause => {
    const to = from + size;
    return {
      text: `n:range:[${from}<${to}[`,
      holds: ({ n }) => n !== undefined && n >= from && n < to,
    };
  }),
  fc.subarray(tags, { minLength: 1, maxLength: 2 }).map((any): Clause => {
    return { text: `tag:eq:${any.join(',')}`, holds: ({ tag = [] }) => any.some(isIn(tag)) };
  }),
  fc.constantFrom('re', 'ee', 'blue').map((part): Clause => {
    return {
      text: `tag:like:${part}`,
      holds: ({ tag = [] }) => tag.some((one) => one.includes(part)),
    };
  }),
);

const trigger = fc.record({
  geometry: wide,
  zone: some(2),
  event: often(fc.array(word, { maxLength: 2 }), ['create', 'update', 'delete']),
  not: often(fc.array(word, { maxLength: 1 }), []),
  least: often(small, 0),
  below: often(small, 10),
  date: often(fc.oneof(day, small), '2026-01-02'),
  age: often(fc.array(small, { maxLength: 2 }), [1, 5]),
  title: often(fc.constantFrom('tales', 'nothing'), 'old tales'),
});
const wanted = fc.record({
  trigger,
  filter: often(fc.array(clause, { maxLength: 3 }), []),
  active: often(fc.constant(false), true),
  deleted: fc.constant<boolean>(false),
});
const event = fc.record(
  {
    place: some(20),
    frame: wide,
    event: word,
    size: small,
    date: day,
    from: often(small, 0),
    to: often(small, 9),
    word: fc.constantFrom('ta', 'old', 'x'),
  },
  { requiredKeys: ['place', 'frame', 'event', 'word'] },
);
const document = fc.record(
  { n: small, tag: fc.subarray(tags, { minLength: 1 }) },
  { requiredKeys: [] },
);

type Wanted = typeof wanted extends fc.Arbitrary<infer T> ? T : never;
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;
type Document = typeof document extends fc.Arbitrary<infer T> ? T : never;
interface Told {
  readonly event: Event;
  readonly document: Document;
}

function isIn<T>(list: readonly T[]): (one: T) => boolean {
  return (one) => list.includes(one);
}

function amount(value: number | string): number {
  if (typeof value === 'number') return value;
  return value === '2025' ? 2025 : Date.parse(value);
}

/** Whether a subscription is to be told of an event: read off the template, one clause after another. */
function isTold(want: Wanted | undefined, { event: given, document: doc }: Told): boolean {
  if (!want?.active || want.deleted) return false;
  const { geometry, zone, event: events, not, least, below, date, age, title } = want.trigger;
  const { place, frame, size, from, to } = given;
  const meets = (a: Box, b: Box) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
  const lies = (a: Box, b: Box) => a[0] >= b[0] && a[2] <= b[2] && a[1] >= b[1] && a[3] <= b[3];
  return (
    meets(geometry, place) &&
    lies(zone, frame) &&
    events.includes(given.event) &&
    !not.includes(given.event) &&
    size !== undefined &&
    least <= size &&
    below > size &&
    ((given.date !== undefined && amount(date) >= amount(given.date)) || amount(date) < size) &&
    from !== undefined &&
    to !== undefined &&
    age.some((one) => one >= from && one < to) &&
    title.includes(given.word) &&
    want.filter.every(({ holds }) => holds({ id: '', ...doc }))
  );
}

function geometryOf([w, s, e, n]: Box): object {
  return w === e && s === n ? { type: 'Point', coordinates: [w, s] } : boxOf(w, s, e, n);
}

function kept(id: string, want: Wanted, revision: number) {
  const { geometry, zone, ...values } = want.trigger;
  const places = { geometry: geometryOf(geometry), zone: geometryOf(zone) };
  const filter = want.filter.map(({ text }) => `f=${text}`).join('&');
  const subscription = subscriptionOf(
    { id, trigger: { ...values, ...places }, filter, projection: 'include=id' },
    {
      ...{ active: want.active, deleted: want.deleted },
      estrom: { revision, principal: null, rowFilter: null },
    },
  );
  return { subscription, bounds: { filter: null } };
}

function sourceOf({ event: given, document: doc }: Told, position: string): SourceEvent {
  const { place, frame, ...values } = given;
  const object = { ...values, place: geometryOf(place), frame: geometryOf(frame) };
  const source = JSON.stringify({ id: position, ...doc });
  return {
    position,
    text: JSON.stringify({ object }),
    document: { index: 'images', id: position, source },
  };
}

describe('events and subscriptions', () => {
  let triggers: EmbeddedEngine;
  let filters: EmbeddedEngine;
  beforeAll(() => {
    triggers = embeddedEngine({ workers: 1 });
    filters = embeddedEngine({ workers: 1 });
  });
  afterAll(() => Promise.all([triggers.close(), filters.close()]));

  const template = new FilterTemplate(TEMPLATE, { geometryKey: 'geometry' });
  const told = fc.record({ event, document });
  const round = fc.record({
    events: fc.array(told, { minLength: 1, maxLength: 12 }),
    changes: fc.array(
      fc.tuple(fc.nat({ max: 9 }), fc.option(wanted, { nil: 'deleted' as const, freq: 4 })),
      { maxLength: 4 },
    ),
    isFirst: fc.boolean(),
  });

  it('meet as each clause says, also while subscriptions change', async () => {
    let met = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(wanted, { minLength: 10, maxLength: 10 }),
        fc.array(round, { minLength: 2, maxLength: 4 }),
        async (first, rounds) => {
          // Small, so that one event's orders come in several parts.
          const limits = { chunk: 300, total: 600 };
          const registry = new TriggerRegistry({ template, triggers, filters });
          const matcher = new SubscriptionMatcher({
            ...{ template, triggers, filters, registry, limits },
          });
          try {
            let now = new Map(first.map((want, i) => [`s${i}`, want]));
            let revision = 1;
            await registry.put(first.map((want, i) => kept(`s${i}`, want, 1)));
            for (const { events, changes, isFirst } of rounds) {
              revision++;
              const then = new Map(now);
              const group = changes.flatMap(([i, change]) => {
                const id = `s${i}`;
                const known = then.get(id);
                if (known === undefined || known.deleted) return [];
                const want = change === 'deleted' ? { ...known, deleted: true } : change;
                then.set(id, want);
                return [kept(id, want, revision)];
              });
              const sources = events.map((one, k) => sourceOf(one, `${revision}/${k}`));
              const orders: NotificationOrder[] = [];
              const match = () => matcher.matchInto(sources, (part) => void orders.push(...part));
              const put = () => registry.put(group);
              const work = isFirst ? [match(), put()] : [put(), match()];
              expect(await Promise.all(work)).toEqual([[], []]);
              const found = orders.map(({ subscriptionId, message }) => {
                const { data } = JSON.parse(message) as { data: object };
                return `${subscriptionId} ${JSON.stringify(data)}`;
              });
              expect(new Set(found).size).toBe(found.length);
              events.forEach((one, k) => {
                for (const [id, want] of then) {
                  const isFound = found.includes(`${id} {"id":"${revision}/${k}"}`);
                  const may = [isTold(now.get(id), one), isTold(want, one)];
                  expect(may, `${id} by ${revision}/${k}`).toContain(isFound);
                }
              });
              met += found.length;
              now = then;
            }
          } finally {
            // Also where it has failed: the next ones have the same engines.
            await registry.put(
              first.map((want, i) => kept(`s${i}`, { ...want, deleted: true }, 99)),
            );
            await registry.close();
          }
        },
      ),
      { numRuns: 40 },
    );
    // Not by never matching anything.
    expect(met).toBeGreaterThan(100);
  }, 60_000);
});
