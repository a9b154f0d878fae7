import { afterAll, describe, expect, inject, test } from 'vitest';
import { engineContract, standing } from '../contract/engine-contract.ts';
import { batchOf, ordinalsBySlot } from '../percolate/batches.ts';
import { ElasticsearchNode, sweep } from './elasticsearch-nodes.ts';

const url = inject('elasticsearch');
const prefix = `contract-${process.pid}`;

afterAll(() => sweep(url, `${prefix}-*`));

engineContract('elasticsearch', async () => new ElasticsearchNode({ url, prefix }));

/** A prefix for each test, so that it counts its own percolators; node and indices go with it. */
let tests = 0;
const nodes: ElasticsearchNode[] = [];
function fresh(options: { forward?: boolean } = {}) {
  const own = `${prefix}-${tests++}`;
  const node = new ElasticsearchNode({ url, prefix: own, ...options });
  nodes.push(node);
  const percolate = async (documents: readonly string[], index: string | readonly string[]) => {
    const { pairs, failures } = await node.percolate(batchOf(documents, index));
    return { bySlot: ordinalsBySlot(pairs, documents.length), failures };
  };
  return { own, node, percolate };
}
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
});

async function put(path: string, body: object, method = 'PUT'): Promise<void> {
  const answer = await fetch(`${url}/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const percolatorsOf = async (own: string) => {
  const answer = await fetch(
    `${url}/_cat/indices/${own}-percolator-*?h=index&expand_wildcards=all`,
  );
  return (await answer.text()).split('\n').filter((line) => line !== '');
};

describe('queries and mappings', () => {
  test('a query goes live with the field that it waits for', async () => {
    const { own, node, percolate } = fresh();
    const query = standing('status:[500 TO *]', `${own}-a`);
    await percolate(['{"message":"first"}'], `${own}-a`);
    await node.register([query]);
    expect(await node.engine.heldBack(query)).toMatchObject({ unmapped: ['status'] });
    const { bySlot } = await percolate(['{"status":503}', '{"status":200}'], `${own}-a`);
    expect(bySlot).toEqual([[query.ordinal], []]);
    expect(await node.engine.heldBack(query)).toBeNull();
  });

  test('a daily index shares the percolator of yesterday, and nothing is copied for it', async () => {
    const { own, node, percolate } = fresh();
    const query = standing('message:foo', `${own}-logs-*`);
    await node.register([query]);
    const document = '{"message":"foo","status":1,"host":{"name":"a"}}';
    expect((await percolate([document], `${own}-logs-1`)).bySlot).toEqual([[query.ordinal]]);
    const copied = await node.metric('estrom_elasticsearch_copied_queries_total');
    expect((await percolate([document], `${own}-logs-2`)).bySlot).toEqual([[query.ordinal]]);
    expect(await percolatorsOf(own)).toHaveLength(1);
    expect(await node.metric('estrom_elasticsearch_copied_queries_total')).toBe(copied);
  });

  test('an index that maps a field otherwise gets a percolator of its own', async () => {
    const { own, node, percolate } = fresh();
    const text = standing('value:five', `${own}-*`);
    const number = standing('value:[5 TO 6]', `${own}-*`);
    await node.register([text, number]);
    expect((await percolate(['{"value":5}'], `${own}-a`)).bySlot).toEqual([[number.ordinal]]);
    expect((await percolate(['{"value":"five"}'], `${own}-b`)).bySlot).toEqual([[text.ordinal]]);
    expect(await percolatorsOf(own)).toHaveLength(2);
    expect((await percolate(['{"value":6}'], `${own}-a`)).bySlot).toEqual([[number.ordinal]]);
  });

  test('the mapping and the analyzers of an index that exists are respected', async () => {
    const { own, node, percolate } = fresh();
    await put(`${own}-a`, {
      settings: {
        analysis: { analyzer: { exact: { type: 'custom', tokenizer: 'standard' } } },
      },
      mappings: {
        properties: { tags: { type: 'text', analyzer: 'exact' }, code: { type: 'keyword' } },
      },
    });
    const queries = [
      standing('tags:Foo', `${own}-a`),
      standing('tags:foo', `${own}-a`),
      standing('code:"A B"', `${own}-a`),
    ];
    await node.register(queries);
    const { bySlot } = await percolate(['{"tags":"a Foo","code":"A B"}'], `${own}-a`);
    expect(bySlot).toEqual([[queries[0]!.ordinal, queries[2]!.ordinal]]);
  });

  test('templates of both kinds and aliases give the mapping of an index that is not there yet', async () => {
    const { own, node, percolate } = fresh();
    const mappings = { properties: { code: { type: 'keyword' } } };
    await put(`_index_template/${own}-new`, {
      index_patterns: [`${own}-new-*`],
      template: { mappings },
    });
    await put(`_template/${own}-old`, { index_patterns: [`${own}-old-*`], mappings });
    await put(`${own}-real`, { mappings, aliases: { [`${own}-alias`]: {} } });
    const query = standing('code:"A B"', `${own}-*`);
    await node.register([query]);
    const indices = [`${own}-new-1`, `${own}-old-1`, `${own}-alias`];
    const documents = indices.map(() => '{"code":"A B"}');
    const none = indices.map(() => '{"code":"A B C"}');
    const { bySlot } = await percolate([...documents, ...none], [...indices, ...indices]);
    expect(bySlot).toEqual([...indices.map(() => [query.ordinal]), [], [], []]);
    await sweep(url, `_index_template/${own}-new`, `_template/${own}-old`);
  });

  test('a field that is not dynamic is ignored, and learnt from once', async () => {
    const { own, node, percolate } = fresh();
    await put(`${own}-a`, { mappings: { dynamic: false, properties: { a: { type: 'long' } } } });
    const queries = [standing('a:1', `${own}-a`), standing('b:1', `${own}-a`)];
    await node.register(queries);
    for (let round = 0; round < 3; round++) {
      const { bySlot } = await percolate(['{"a":1,"b":1}'], `${own}-a`);
      expect(bySlot).toEqual([[queries[0]!.ordinal]]);
    }
    expect(await node.metric('estrom_elasticsearch_learn_calls_total')).toBeLessThanOrEqual(1);
  });

  test('a strict mapping refuses what it does not have, a lenient setting takes what does not fit', async () => {
    const { own, node, percolate } = fresh();
    const mappings = { properties: { a: { type: 'long' } } };
    await put(`${own}-strict`, { mappings: { ...mappings, dynamic: 'strict' } });
    await put(`${own}-lenient`, { mappings, settings: { 'index.mapping.ignore_malformed': true } });
    const query = standing('NOT a:1', `${own}-*`);
    await node.register([query]);
    const { bySlot, failures } = await percolate(
      ['{"a":2}', '{"b":1}', '{"a":"x"}', '{"a":"x"}', '{"a":1}'],
      ['strict', 'strict', 'strict', 'lenient', 'lenient'].map((name) => `${own}-${name}`),
    );
    expect(bySlot).toEqual([[query.ordinal], [], [], [query.ordinal], []]);
    expect(failures).toMatchObject([
      { slot: 1, status: 400, type: 'strict_dynamic_mapping_exception' },
      { slot: 2, status: 400, type: 'mapper_parsing_exception' },
    ]);
  });

  test('a mapping that is changed from outside is noticed', async () => {
    const { own, node, percolate } = fresh({ forward: true });
    await put(`${own}-a`, { mappings: { properties: { a: { type: 'text' } } } });
    const query = standing('a.raw:"x y"', `${own}-a`);
    await node.register([query]);
    expect((await percolate(['{"a":"x y"}'], `${own}-a`)).bySlot).toEqual([[]]);
    await put(`${own}-a/_mapping`, {
      properties: { a: { type: 'text', fields: { raw: { type: 'keyword' } } } },
    });
    await node.engine.lookAtMappings();
    expect((await percolate(['{"a":"x y"}'], `${own}-a`)).bySlot).toEqual([[query.ordinal]]);
  });
});

describe('forwarded documents', () => {
  test('are percolated by the mapping that Elasticsearch gave their index', async () => {
    const { own, node, percolate } = fresh({ forward: true });
    const queries = [standing('a:[5 TO 5]', `${own}-*`), standing('a:five', `${own}-*`)];
    await node.register(queries);
    await put(`${own}-a/_doc/1`, { a: 5 });
    await put(`${own}-b/_doc/1`, { a: 'five' });
    const { bySlot, failures } = await percolate(
      ['{"a":5}', '{"a":"five"}'],
      [`${own}-a`, `${own}-b`],
    );
    expect(failures).toEqual([]);
    expect(bySlot).toEqual([[queries[0]!.ordinal], [queries[1]!.ordinal]]);
  });

  test('are percolated by the new mapping when their index was made anew', async () => {
    const { own, node, percolate } = fresh({ forward: true });
    const query = standing('a:five', `${own}-*`);
    await node.register([query]);
    await put(`${own}-a/_doc/1`, { a: 5 });
    expect((await percolate(['{"a":5}'], `${own}-a`)).bySlot).toEqual([[]]);
    await sweep(url, `${own}-a`);
    await put(`${own}-a/_doc/1`, { a: 'five' });
    const { bySlot, failures } = await percolate(['{"a":"five"}'], `${own}-a`);
    expect(failures).toEqual([]);
    expect(bySlot).toEqual([[query.ordinal]]);
  });
});

describe('answers', () => {
  test('keep to expressions with exclusions, scopes and patterns in the middle', async () => {
    const { own, node, percolate } = fresh();
    const queries = [
      standing('message:foo', `${own}-*,-${own}-x*,${own}-xy`),
      standing('message:foo', `${own}-*-z`),
      { ...standing('message:foo', `${own}-*`), scope: '*-a,*-z' },
      standing('message:foo', '*'),
      standing('message:foo', `${own}-a`),
    ];
    await node.register(queries);
    const indices = ['a', 'x', 'xy', 'b-z'].map((name) => `${own}-${name}`);
    const { bySlot } = await percolate(
      indices.map(() => '{"message":"foo"}'),
      indices,
    );
    const [some, middle, scoped, all, one] = queries.map(({ ordinal }) => ordinal);
    expect(bySlot).toEqual([
      [some, scoped, all, one],
      [all],
      [some, all],
      [some, middle, scoped, all],
    ]);
  });

  test('name every query of 12,000 that match one document', async () => {
    const { own, node, percolate } = fresh();
    const queries = Array.from({ length: 12_000 }, (_, n) =>
      standing(`message:foo OR message:other${n}`, `${own}-a`),
    );
    await node.register(queries);
    const { bySlot } = await percolate(['{"message":"foo"}', '{"message":"other7"}'], `${own}-a`);
    expect(bySlot[0]).toHaveLength(queries.length);
    expect(bySlot[0]).toEqual(queries.map(({ ordinal }) => ordinal));
    expect(bySlot[1]).toEqual([queries[7]!.ordinal]);
  });

  test('tell which documents Elasticsearch would refuse, and match the others', async () => {
    const { own, node, percolate } = fresh();
    const query = standing('n:[1 TO 9]', `${own}-a`);
    await node.register([query]);
    const { bySlot, failures } = await percolate(
      ['{"n":1}', '{"n":"text"}', '{"n":', '[]', '{"o":{"p":1}}', '{"o":2}', '{"n":2}'],
      `${own}-a`,
    );
    expect(bySlot).toEqual([[query.ordinal], [], [], [], [], [], [query.ordinal]]);
    expect(failures.map(({ slot, status }) => [slot, status])).toEqual(
      [1, 2, 3, 5].map((slot) => [slot, 400]),
    );
  });

  test('on demand fix no types and learn nothing', async () => {
    const { own, node, percolate } = fresh();
    const query = standing('message:foo', `${own}-a`);
    await node.register([query]);
    await percolate(['{"message":"x"}'], `${own}-a`);
    const batch = batchOf(['{"message":"foo","value":"text"}'], `${own}-a`);
    const { pairs, failures } = await node.engine.percolateOnDemand(batch);
    expect([...pairs]).toEqual([0, query.ordinal]);
    expect(failures).toEqual([]);
    const number = standing('value:[5 TO 5]', `${own}-a`);
    await node.register([number]);
    expect((await percolate(['{"value":5}'], `${own}-a`)).bySlot).toEqual([[number.ordinal]]);
  });

  test('drop queries that nobody has registered, and have them deleted', async () => {
    const { own, node, percolate } = fresh();
    const query = standing('message:foo', `${own}-a`);
    await node.register([query]);
    await percolate(['{"message":"foo"}'], `${own}-a`);
    node.names.delete(query.id);
    node.registry.queries.delete(query.id);
    expect((await percolate(['{"message":"foo"}'], `${own}-a`)).bySlot).toEqual([[]]);
    expect(await node.metric('estrom_elasticsearch_stale_ids_total')).toBe(1);
    await expect.poll(() => node.metric('estrom_elasticsearch_removed_queries_total')).toBe(1);
    await node.register([query]);
    expect((await percolate(['{"message":"foo"}'], `${own}-a`)).bySlot).toEqual([[query.ordinal]]);
  });

  test('keep their percolator while they come, and let it go a week after', async () => {
    const { own, node, percolate } = fresh();
    const query = standing('message:foo', `${own}-a`);
    await node.register([query]);
    const indices = async (): Promise<string[]> => {
      const answer = await fetch(`${url}/_cat/indices/${own}-*?h=index&expand_wildcards=all`);
      return (await answer.text()).split('\n').filter((line) => line !== '');
    };
    const later = (days: number): number => Date.now() + days * 86_400_000;
    const ask = async (): Promise<void> => {
      const { bySlot } = await percolate(['{"message":"foo"}'], `${own}-a`);
      expect(bySlot).toEqual([[query.ordinal]]);
    };
    await ask();
    await node.engine.tidy();
    const before = await indices();
    expect(before).toHaveLength(2);
    await ask();
    await node.engine.tidy(later(5));
    await node.engine.tidy(later(11));
    expect(await indices()).toEqual(before);
    await node.engine.tidy(later(13));
    expect(await indices()).toEqual([]);
    await ask();
  });

  test('come again after somebody deleted the percolators', async () => {
    const { own, node, percolate } = fresh();
    const query = standing('message:foo', `${own}-a`);
    await node.register([query]);
    await percolate(['{"message":"foo"}'], `${own}-a`);
    await sweep(url, `${own}-percolator-*`);
    expect((await percolate(['{"message":"foo"}'], `${own}-a`)).bySlot).toEqual([[query.ordinal]]);
  });
});
