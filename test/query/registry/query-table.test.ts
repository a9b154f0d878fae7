import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAudience, NO_BOUNDS } from '../../../src/query/audience.ts';
import { queryId } from '../../../src/query/registry/query-id.ts';
import { type NewQuery, QueryTable } from '../../../src/query/registry/query-table.ts';
import { QueryTexts } from '../../../src/query/registry/query-texts.ts';
import { runs } from '../../runs.ts';

const AUDIENCES = [NO_BOUNDS, makeAudience('logs-*', null), makeAudience('*', 'team:x')];

function aQuery(ordinal: number, more: Partial<NewQuery> = {}): NewQuery {
  return {
    ...{ id: queryId('*', `text ${ordinal}`), ordinal, index: '*', source: `text ${ordinal}` },
    ...{ sourceIsJson: false, audience: NO_BOUNDS, createdAt: 1000 },
    ...more,
  };
}

describe('the table of queries', () => {
  it('holds what a map of objects would hold, whatever comes and goes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '\ud800', 'ä'.repeat(3000)),
    );
    const step = fc.record({
      ordinal: fc.nat(40),
      source: text,
      index: fc.constantFrom('*', 'logs-*', 'a,b'),
      audience: fc.constantFrom(...AUDIENCES),
      sourceIsJson: fc.boolean(),
      owner: fc.constantFrom(null, 'ann', 'bob'),
      until: fc.constantFrom(5, 7, Number.POSITIVE_INFINITY),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new QueryTable();
        const model = new Map<number, NewQuery & { owner: string | null; until: number }>();
        steps.forEach(({ ordinal, owner, until, ...given }, n) => {
          const known = table.at(ordinal);
          expect(known !== undefined).toBe(model.has(ordinal));
          if (known !== undefined) {
            table.delete(known);
            model.delete(ordinal);
            return;
          }
          const query = aQuery(ordinal, { ...given, id: queryId('*', `${n}`), createdAt: n });
          const entry = table.add(query);
          if (owner !== null) entry.claim(owner, until);
          model.set(ordinal, { ...query, owner, until });
        });
        expect(table.size).toBe(model.size);
        for (const [ordinal, { owner, until, audience, ...query }] of model) {
          const entry = table.at(ordinal)!;
          const { id, index, source, sourceIsJson, createdAt } = entry;
          expect({ id, ordinal, index, source, sourceIsJson, createdAt }).toEqual(query);
          expect(entry.audience).toBe(audience);
          expect(entry.claims).toEqual(owner === null ? [] : [{ owner, until }]);
          expect(table.get(query.id)?.ordinal).toBe(ordinal);
          expect(table.idAt(ordinal)).toBe(query.id);
        }
        for (const { key } of AUDIENCES) {
          const count = [...model.values()].filter(({ audience }) => audience.key === key).length;
          expect(table.sizeFor(key)).toBe(count);
        }
      }),
      { numRuns: runs(60) },
    );
  });

  it('grows, and finds ids that begin alike', () => {
    const table = new QueryTable();
    const id = (n: number) => `00000000${n.toString(16).padStart(24, '0')}`;
    for (let n = 0; n < 3000; n++) table.add(aQuery(n, { id: id(n) }));
    for (let n = 0; n < 3000; n += 3) table.delete(table.at(n)!);
    for (let n = 0; n < 3000; n++) {
      expect(table.get(id(n))?.ordinal).toBe(n % 3 === 0 ? undefined : n);
    }
    expect(table.get('0000000000000000000000000000000A')).toBeUndefined();
    expect(table.size).toBe(2000);
  });

  it('leaves those who hold the entry of an ended query what it was, and their changes go nowhere', () => {
    const table = new QueryTable();
    const first = table.add(aQuery(0, { source: 'old' }));
    first.claim('ann', 5);
    first.watchers = 2;
    const other = table.at(0)!;
    table.delete(other);
    const second = table.add(aQuery(0, { id: queryId('*', 'new'), source: 'new' }));
    for (const entry of [first, other]) {
      expect(entry.ended).toBe(true);
      expect(entry.source).toBe('old');
      expect(entry.claims).toEqual([{ owner: 'ann', until: 5 }]);
      entry.claim('bob', 9);
      entry.idleUntil = 9;
      entry.watchers -= 1;
    }
    expect(second.source).toBe('new');
    expect([second.claims, second.watchers, second.idleUntil]).toEqual([[], 0, 0]);
  });

  it('tells who still holds an entry that was not made for the addition that the query is unknown', () => {
    const table = new QueryTable();
    const added = table.add(aQuery(0, { index: 'logs' }));
    const other = table.at(0)!;
    table.delete(table.at(0)!);
    expect(added.index).toBe('logs');
    expect(() => other.index).toThrow(/has ended meanwhile/);
  });

  it('keeps one object for a query while anybody watches it', () => {
    const table = new QueryTable();
    const entry = table.add(aQuery(0));
    entry.watchers += 1;
    expect(table.at(0)).toBe(entry);
    table.at(0)!.watchers -= 1;
    expect(entry.watchers).toBe(0);
  });
});

describe('texts of queries', () => {
  it('use the room again of those that are gone', () => {
    const positions = new Map<number, number>();
    const texts = new QueryTexts((ordinal, from, to) => {
      if (positions.get(ordinal) !== from) return false;
      positions.set(ordinal, to);
      return true;
    });
    const text = (n: number) => `${n} ${'x'.repeat(2000)}`;
    const size = () => texts.contents.reduce((sum, { length }) => sum + length, 0);
    for (let round = 0; round < 20; round++) {
      for (let n = 0; n < 1000; n++) positions.set(n, texts.put(n, `${round} ${text(n)}`));
      for (let n = 0; n < 1000; n++) {
        if (n % 10 === 0) continue;
        texts.delete(positions.get(n)!);
        positions.delete(n);
      }
      for (const [n, position] of positions) {
        expect(texts.get(position)).toBe(`${round} ${text(n)}`);
      }
      if (round < 19) for (const position of positions.values()) texts.delete(position);
    }
    expect(size()).toBeLessThan(5_000_000);
  });

  it('stay in place while somebody holds them', () => {
    let moves = 0;
    const texts = new QueryTexts(() => {
      moves += 1;
      return false;
    });
    const places = Array.from({ length: 2000 }, (_, n) => texts.put(n, 'x'.repeat(1000)));
    texts.hold();
    for (const place of places) texts.delete(place);
    expect(moves).toBe(0);
    expect(texts.get(places[0]!)).toBe('x'.repeat(1000));
    texts.release();
    expect(moves).toBeGreaterThan(0);
    expect(texts.contents[0]).toHaveLength(0);
  });
});
