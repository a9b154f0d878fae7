import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { standing } from '../contract/engine-contract.ts';
import { batchOf } from '../percolate/batches.ts';
import { Elasticsearch } from './elasticsearch.ts';
import { ElasticsearchNode, SharedRegistry } from './elasticsearch-nodes.ts';

test('an Elasticsearch that is killed and comes back costs no batch and no registration', async () => {
  const data = await mkdtemp(join(tmpdir(), 'estrom-outage-'));
  let server = await Elasticsearch.start({ data, heap: '512m' });
  const { url } = server;
  const registry = new SharedRegistry();
  const node = new ElasticsearchNode({ url, prefix: 'outage', registry });
  const first = standing('message:foo', 'docs-*');
  await node.register([first]);
  /** Batches bring a field of their own now and then, so that some learn while there is no server. */
  const percolate = async (n: number): Promise<number> => {
    const extra = n % 10 === 0 ? `,"extra${n}":${n}` : '';
    const documents = Array.from({ length: 20 }, () => `{"message":"foo bar"${extra}}`);
    const { pairs, failures } = await node.percolate(batchOf(documents, `docs-${n % 3}`));
    expect(failures).toEqual([]);
    return pairs.filter((ordinal, k) => k % 2 === 1 && ordinal === first.ordinal).length;
  };
  let sent = 0;
  const send = async (batches: number): Promise<number[]> =>
    Promise.all(Array.from({ length: batches }, () => percolate(sent++)));
  expect(await send(5)).toEqual(Array.from({ length: 5 }, () => 20));

  const underWay = send(40);
  await node.percolate(batchOf(['{"message":"foo"}'], 'docs-0'));
  await server.stop('SIGKILL');
  const meanwhile = send(20);
  const late = standing('message:bar', 'docs-*');
  const registered = node.register([late]);
  // A node that starts while there is no server waits as well.
  const other = new ElasticsearchNode({ url, prefix: 'outage', registry });
  const otherAnswer = other.percolate(batchOf(['{"message":"bar"}'], 'docs-1'));
  await expect.poll(() => node.engine.problem, { timeout: 30_000 }).toContain('cannot be reached');

  server = await Elasticsearch.start({ data, heap: '512m', port: Number(new URL(url).port) });
  const answers = [...(await underWay), ...(await meanwhile)];
  expect(answers).toEqual(answers.map(() => 20));
  await registered;
  expect((await otherAnswer).failures).toEqual([]);
  for (const each of [node, other]) {
    const { pairs } = await each.percolate(batchOf(['{"message":"bar"}'], 'docs-2'));
    expect(pairs.length).toBe(2);
    expect(each.names.ids.get(pairs[1]!)).toBe(late.id);
  }
  expect(node.engine.problem).toBeUndefined();

  await server.stop();
  // Closing does not wait for a server that is gone.
  const unanswered = node.percolate(batchOf(['{"message":"foo"}'], 'docs-0'));
  const rejected = expect(unanswered).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await Promise.all([node.close(), other.close(), rejected]);
  await rm(data, { recursive: true });
});
