import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as edits from '../../src/cluster/shared-query.ts';
import { NO_BOUNDS } from '../../src/query/audience.ts';
import { QueryTable } from '../../src/query/registry/query-table.ts';
import { aQuery } from './fake-index.ts';

const entry = new QueryTable().add({
  ...{ id: 'id', ordinal: 0, index: '*', source: 'foo AND bar', sourceIsJson: false },
  ...{ audience: NO_BOUNDS, createdAt: 1 },
});
const NOW = 1000;
const now = () => NOW;

const name = fc.constantFrom('a', 'b', 'c');
const edit: fc.Arbitrary<edits.Edit> = fc.oneof(
  fc
    .tuple(name, fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 2000 })))
    .map(([owner, until]) => edits.claim(entry, owner, until)),
  name.map((node) => edits.watch(entry, node)),
  fc
    .tuple(name, fc.integer({ min: 0, max: 2000 }))
    .map(([node, until]) => edits.unwatch(node, until, now)),
  name.map((owner) => edits.withdraw(owner, now)),
  fc.constant(edits.expire(now)),
);
const made = (steps: readonly edits.Edit[]) =>
  steps.reduce<edits.SharedQuery | null>((query, step) => step(query), null);

describe('changes of a shared query', () => {
  it('give back what they got when there is nothing to do, as when they are made twice', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), edit, (steps, last) => {
        const once = last(made(steps));
        const twice = last(once);
        // A claim that is over already, and nothing else, ends with the next look.
        if (twice?.ended === once?.ended) expect(twice).toBe(once);
      }),
    );
  });

  it('end it exactly when nothing holds it, and never otherwise', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (steps) => {
        const before = made(steps);
        if (before === null || before.ended !== 0) return;
        const isHeld =
          before.watching.length > 0 ||
          before.idleUntil > NOW ||
          before.claims.some(({ until }) => until === null || until > NOW);
        expect(edits.expire(now)(before)?.ended !== 0).toBe(!isHeld);
      }),
    );
  });

  it('of different names come to the same in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 4 }), (order) => {
        const claims = order.map((owner) => edits.claim(entry, owner, owner.charCodeAt(0) * 100));
        const query = made([...claims, ...order.map((node) => edits.watch(entry, node))]);
        expect(query?.claims.map(({ owner }) => owner).toSorted()).toEqual(['a', 'b', 'c', 'd']);
        expect(query?.watching.toSorted()).toEqual(['a', 'b', 'c', 'd']);
      }),
    );
  });

  it('keep the longer of two claims of one name', () => {
    const query = made([
      edits.claim(entry, 'a', 2000),
      edits.claim(entry, 'a', 1500),
      edits.claim(entry, 'b', Number.POSITIVE_INFINITY),
      edits.claim(entry, 'b', 1500),
    ]);
    expect(query?.claims).toEqual([
      { owner: 'a', until: 2000 },
      { owner: 'b', until: null },
    ]);
  });

  it('bring back what has ended as if it had never been', () => {
    const ended = made([edits.claim(entry, 'a', 2000), edits.withdraw('a', now)]);
    expect(ended).toMatchObject({ ended: NOW, claims: [], source: '' });
    expect(edits.claim(entry, 'b', 2000)(ended)).toEqual(
      aQuery({ source: 'foo AND bar', claims: [{ owner: 'b', until: 2000 }] }),
    );
  });

  it('refuse another query of the same id, however its equals are written', () => {
    const other = aQuery({ source: 'something else' });
    expect(() => edits.claim(entry, 'a', 2000)(other)).toThrow('another query has the same id');
    const equal = aQuery({ source: 'bar AND foo' });
    expect(edits.claim(entry, 'a', 2000)(equal)).toMatchObject({ source: 'bar AND foo' });
  });
});
