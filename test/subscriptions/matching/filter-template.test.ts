import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedEngine } from '../../../src/percolate/embedded/embedded-engine.ts';
import { FilterTemplate } from '../../../src/subscriptions/matching/filter-template.ts';
import type { KeptSubscription } from '../../../src/subscriptions/model.ts';
import { batchOf } from '../../percolate/batches.ts';
import { embeddedEngine } from '../../percolate/engines.ts';
import { boxOf, subscriptionOf } from '../some-subscriptions.ts';

function holds(template: string, trigger: Record<string, unknown>, event: unknown): boolean {
  const compiled = new FilterTemplate(template, { geometryKey: 'geometry' });
  const subscription = subscriptionOf({ id: 's', trigger });
  return compiled.compile(subscription).test(compiled.prepare(event).values);
}

describe('FilterTemplate', () => {
  it('compares what a subscription has with what an event has', () => {
    const ask = (op: string, own: unknown, given: unknown) =>
      holds(`f=subscription.trigger.v:${op}:(a.b)`, { v: own }, { a: { b: given } });
    expect(ask('eq', ['x', 'y'], 'y')).toBe(true);
    expect(ask('eq', 5, '5')).toBe(true);
    expect(ask('eq', 'x', 'X')).toBe(false);
    expect(ask('eq', 'x', undefined)).toBe(false);
    expect(ask('ne', 'x', 'y')).toBe(true);
    expect(ask('ne', ['x', 'y'], 'y')).toBe(false);
    expect(ask('gt', 10, 9)).toBe(true);
    expect(ask('gt', 10, 10)).toBe(false);
    expect(ask('gte', '2026-01-02', '2026-01-02T00:00:00Z')).toBe(true);
    expect(ask('lt', 1, 2)).toBe(true);
    expect(ask('lte', 3, 2)).toBe(false);
    expect(ask('like', 'images of towns', 'of')).toBe(true);
  });

  it('takes what an event holds as a value, never as syntax', () => {
    const template = 'f=subscription.trigger.v:eq:(v)&f=subscription.trigger.w:eq:1';
    const attack = 'x&f=active:eq:true;subscription.trigger.v:ne:y';
    expect(holds(template, { v: 'x', w: 1 }, { v: attack })).toBe(false);
    expect(holds(template, { v: attack, w: 1 }, { v: attack })).toBe(true);
  });

  it('takes ranges of two places of the event', () => {
    const template = 'f=subscription.trigger.v:range:[(from)<(to)[';
    expect(holds(template, { v: 5 }, { from: 5, to: 6 })).toBe(true);
    expect(holds(template, { v: 6 }, { from: 5, to: 6 })).toBe(false);
  });

  it('compares geometries, and takes a trigger without one for the whole earth', () => {
    const intersects = 'f=geometry:intersects:(g)';
    const point = { type: 'Point', coordinates: [179, 0] };
    expect(
      holds(
        intersects,
        { geometry: boxOf(170, -5, 190, 5) },
        { g: { ...point, coordinates: [-175, 0] } },
      ),
    ).toBe(true);
    expect(holds(intersects, {}, { g: point })).toBe(true);
    expect(holds(intersects, {}, {})).toBe(false);
    expect(holds('gwithin=(g)', { geometry: boxOf(1, 1, 2, 2) }, { g: boxOf(0, 0, 3, 3) })).toBe(
      true,
    );
    expect(holds('gwithin=(g)', { geometry: boxOf(1, 1, 4, 2) }, { g: boxOf(0, 0, 3, 3) })).toBe(
      false,
    );
    expect(holds(intersects, { geometry: boxOf(0, 0, 1, 1) }, { g: 'POINT (1 1)' })).toBe(true);
  });

  it('names what it does not support', () => {
    const refused = (template: string) => () =>
      new FilterTemplate(template, { geometryKey: 'geometry' });
    expect(refused('f=geometry:notintersects:(g)')).toThrow(/\[notintersects\]/);
    expect(refused('f=a:near:(g)')).toThrow(/\[near\]/);
    expect(refused('notgwithin=(g)')).toThrow(/\[notwithin\]/);
    expect(refused('f=active:eq:false')).toThrow(/active:eq:true/);
    expect(refused('f=a:eq:x(b)y')).toThrow(/whole value/);
  });
});

const TEMPLATE =
  'f=geometry:intersects:(g)&f=subscription.trigger.e:eq:(e);subscription.trigger.e:ne:(f)' +
  '&f=subscription.trigger.n:gte:(n)&f=subscription.trigger.m:lt:(n)';

describe("a trigger's query", () => {
  let engine: EmbeddedEngine;
  let next = 0;
  beforeAll(() => {
    engine = embeddedEngine({ workers: 1 });
  });
  afterAll(() => engine.close());

  const degrees = fc.oneof(
    fc.integer({ min: -8, max: 8 }).map((n) => n * 10),
    fc.double({ min: -80, max: 80, noNaN: true }),
  );
  const point = fc.tuple(degrees, degrees).map((coordinates) => ({ type: 'Point', coordinates }));
  const box = fc
    .tuple(
      degrees,
      degrees,
      fc.double({ min: 0.001, max: 80, noNaN: true }),
      fc.double({ min: 0.001, max: 9, noNaN: true }),
    )
    .map(([west, south, width, height]) => boxOf(west, south, west + width, south + height));
  const geometry = fc.oneof(point, box);
  const amount = fc.oneof(
    fc.constantFrom(1, '1', 1.5, 16777217, 1e300, '2026-01-01', 'text'),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const word = fc.constantFrom('a', 'b', 'c');

  it('lets through every event that the test takes', async () => {
    const trigger = fc.record({ geometry: box, e: fc.array(word), n: amount, m: amount });
    const event = fc.record({ g: geometry, e: word, f: word, n: amount });
    const template = new FilterTemplate(TEMPLATE, { geometryKey: 'geometry' });
    await fc.assert(
      fc.asyncProperty(
        fc.array(trigger, { minLength: 10, maxLength: 20 }),
        fc.array(event, { minLength: 10, maxLength: 20 }),
        async (triggers, events) => {
          const first = next;
          next += triggers.length;
          const compiled = triggers.map((one) =>
            template.compile(subscriptionOf({ id: 's', trigger: one }) as KeptSubscription),
          );
          await engine.register(
            compiled.map(({ query }, i) => ({
              id: `q${first + i}`,
              ordinal: first + i,
              index: '*',
              query,
            })),
          );
          const prepared = events.map((one) => template.prepare(one));
          const batch = batchOf(prepared.map(({ question }) => question));
          const { pairs, failures } = await engine.percolate(batch);
          expect(failures).toEqual([]);
          const found = new Set<string>();
          for (let k = 0; k < pairs.length; k += 2)
            found.add(`${pairs[k]} ${pairs[k + 1]! - first}`);
          prepared.forEach(({ values }, slot) => {
            compiled.forEach(({ test }, i) => {
              if (test(values)) expect(found).toContain(`${slot} ${i}`);
            });
          });
          await engine.unregister(compiled.map((_, i) => first + i));
        },
      ),
      { numRuns: 20 },
    );
  });
});
