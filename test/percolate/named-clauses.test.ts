import { fastify } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/percolate/embedded/compile/compile.ts';
import { percolateRoutes } from '../../src/percolate/routes.ts';
import { makeAudience } from '../../src/query/audience.ts';
import { canonical, canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf } from './batches.ts';
import { embeddedEngine } from './engines.ts';

const engine = embeddedEngine();
afterAll(() => engine.close());

const NAMED = {
  bool: {
    should: [
      { match: { level: { query: 'error', _name: 'is an error' } } },
      { range: { code: { gte: 500, _name: 'server' } } },
      { bool: { must: [{ term: { host: 'a' } }, { term: { host: 'b' } }], _name: 'both hosts' } },
    ],
    must_not: [{ match: { level: { query: 'debug', _name: 'never told' } } }],
  },
};

const registered = (ordinal: number, query: unknown) => ({
  id: String(ordinal),
  ordinal,
  index: '*',
  query: canonicalise(parseQuery(query)).query,
});

describe('clauses with names', () => {
  it('are told where they hold, also after segments were merged', async () => {
    await engine.register([registered(0, NAMED)]);
    for (let n = 1; n <= 100; n++) await engine.register([registered(n, `nothing:here${n}`)]);
    const { pairs, named } = await engine.percolate(
      batchOf([
        '{"level":"error","code":503}',
        '{"host":["a","b"]}',
        '{"level":"debug","code":503}',
        '{"level":"error","code":200}',
      ]),
    );
    expect([...pairs]).toEqual([0, 0, 1, 0, 3, 0]);
    expect(named).toEqual([
      { slot: 0, ordinal: 0, names: ['is an error', 'server'] },
      { slot: 1, ordinal: 0, names: ['both hosts'] },
      { slot: 3, ordinal: 0, names: ['is an error'] },
    ]);
  });

  it('are told of documents that are only tried, by the ids of the queries', async () => {
    const app = fastify();
    await app.register(percolateRoutes, {
      engine,
      idOf: (ordinal) => (ordinal === 0 ? 'id' : '?'),
    });
    const documents = [{ level: 'error', code: 503 }, { host: 'c' }];
    const { body } = await app.inject({
      method: 'POST',
      url: '/api/v0.1/percolate',
      payload: JSON.stringify({ index: 'docs', documents }),
    });
    await app.close();
    expect(JSON.parse(body)).toEqual({
      slots: [['id'], []],
      matched_queries: [{ id: ['is an error', 'server'] }, {}],
    });
  });

  it('match what they match without their names', () => {
    const bare = JSON.parse(
      JSON.stringify(NAMED, (key, value) => (key === '_name' ? undefined : value)),
    );
    const normal = (query: unknown) => compile(canonicalise(parseQuery(query)).query);
    expect(new Set(JSON.stringify(normal(NAMED)))).toEqual(new Set(JSON.stringify(normal(bare))));
  });

  it('make another query than the same without names, or with others', () => {
    const text = (query: unknown) => canonical(parseQuery(query));
    const term = (name?: string) => ({ term: { a: { value: 'x', ...(name && { _name: name }) } } });
    expect(new Set([term(), term('n'), term('m')].map(text)).size).toBe(3);
    expect(text({ bool: { must: [term('n'), term('n')] } })).toBe(text(term('n')));
    expect(text(term())).toBe(text('a:x').replace('match', 'term').replace(',"or"', ''));
  });

  it('are not told of a row filter', () => {
    const { filter } = makeAudience(
      '*',
      JSON.stringify({ term: { a: { value: 'x', _name: 'n' } } }),
    );
    expect(filter).toEqual({ kind: 'term', field: 'a', value: 'x' });
  });
});
