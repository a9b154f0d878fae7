import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { startServer, type TestServer } from './server.ts';

describe('a server that is started again with the same --data', () => {
  it('has every query under its id, as it was given, and matches it', async () => {
    const data = temporaryFolder();
    const first = await startServer({ data });
    const given = ['foo AND bar', { term: { 'user.id': 17 } }, 'ünïcode "two words"'];
    const ids: string[] = [];
    for (const query of given) ids.push(await first.register(query));
    const before = await Promise.all(ids.map((id) => first.details(id)));
    await first.stop();

    const second = await startServer({ data });
    expect(await Promise.all(ids.map((id) => second.details(id)))).toEqual(before);
    expect(await second.total()).toBe(3);
    expect(await second.matches([{ a: 'bar foo' }, { user: { id: 17 } }, { a: 'bar' }])).toEqual([
      [ids[0]],
      [ids[1]],
      [],
    ]);
    expect(await second.register('bar AND foo')).toBe(ids[0]);
    expect(await second.total()).toBe(3);
  });

  it('has queries in KQL with their language, also those of a bulk request', async () => {
    const data = temporaryFolder();
    const first = await startServer({ data });
    const one = await first.register('user.id: 17 and not b: *', { lang: 'kql' });
    const body =
      '{"index":"docs","query":"a: (x or y)","lang":"kql"}\n{"query":"a: (","lang":"kql"}\n';
    const url = `${first.url}/api/v0.1/queries/_bulk`;
    const bulk = await fetch(url, { method: 'POST', body });
    const { items } = (await bulk.json()) as {
      items: { subscription_id: string; error: object }[];
    };
    const two = items[0]!.subscription_id;
    expect(items[1]!.error).toMatchObject({ code: 'QUERY_SYNTAX', offset: 4 });
    await first.stop();

    const second = await startServer({ data });
    expect(await second.details(one)).toMatchObject({
      query: 'user.id: 17 and not b: *',
      lang: 'kql',
    });
    expect(await second.details(two)).toMatchObject({ query: 'a: (x or y)', lang: 'kql' });
    expect(await second.matches([{ user: { id: 17 }, a: 'y' }, { a: 'x', b: 1 }, {}])).toEqual([
      expect.toSatisfy((found) => new Set(found).size === 2 && found.includes(one)),
      [two],
      [],
    ]);
    expect(await second.register('a:x OR a:y')).toBe(two);
  });

  it('has forgotten what was deleted and what has ended meanwhile', async () => {
    const data = temporaryFolder();
    const first = await startServer({ data });
    const kept = await first.register('kept', { ttl: '1h' });
    const deleted = await first.register('deleted');
    const ended = await first.register('ended', { ttl: '1ms' });
    await first.delete(deleted);
    const { expires_at } = (await first.details(kept))!;
    await first.stop();

    const second = await startServer({ data });
    expect((await second.details(kept))?.['expires_at']).toBe(expires_at);
    expect(await second.details(deleted)).toBeUndefined();
    expect(await second.details(ended)).toBeUndefined();
    expect(await second.matches([{ a: 'kept deleted ended' }])).toEqual([[kept]]);
  });

  it('gives the ordinals of deleted queries to new ones, and confuses them with nobody', async () => {
    const data = temporaryFolder();
    const first = await startServer({ data });
    const ids = await first.registerMany(Array.from({ length: 700 }, (_, n) => `w${n}`));
    await first.stop();
    const second = await startServer({ data });
    for (const id of ids.slice(0, 20)) await second.delete(id);
    const later = await second.registerMany(Array.from({ length: 20 }, (_, n) => `later${n}`));
    await second.stop();

    const third = await startServer({ data });
    expect(await third.total()).toBe(700);
    expect(await third.matches([{ a: 'w3 w30 later7' }, { a: 'w19 w20' }])).toEqual([
      expect.toSatisfy((found) => new Set(found).size === 2 && found.includes(later[7])),
      [ids[20]],
    ]);
  });

  it('decides no type of a field anew', async () => {
    const data = temporaryFolder();
    const first = await startServer({ data });
    const id = await first.register('when:hello');
    await first.send({ when: '2024-05-06', n: 1 });
    await first.stop();

    const second = await startServer({ data });
    // A text field would match; dates do not take words.
    expect(await second.matches([{ when: 'hello' }])).toEqual([[]]);
    await second.send({ when: 'hello' });
    expect(await second.matches([{ when: 'hello' }])).toEqual([[]]);
    expect(await second.details(id)).toBeDefined();
  });

  it('writes nothing for documents whose fields it knows', async () => {
    const server = await startServer({ data: temporaryFolder() });
    await server.send({ a: 1, b: { c: 'x' } });
    const commits = await server.metric('estrom_store_commits_total');
    // The index, and its fields.
    expect(commits).toBe(2);
    for (let n = 0; n < 20; n++) await server.send({ a: n, b: { c: 'y' } });
    expect(await server.metric('estrom_store_commits_total')).toBe(commits);
  });

  it('knows the queries of tails, which have their time to come back', async () => {
    const data = temporaryFolder();
    const first = await startServer({ data, queryIdle: 60_000 });
    const cut = new AbortController();
    await fetch(`${first.url}/api/v0.1/docs?i=docs&format=ndjson&q=tailed`, {
      signal: cut.signal,
    });
    const id = await onlyId(first);
    cut.abort();
    await first.stop();

    const second = await startServer({ data, queryIdle: 60_000 });
    const { expires_at } = (await second.details(id))!;
    expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(30_000);
    const again = new AbortController();
    const resumed = await fetch(`${second.url}/api/v0.1/docs?s=${id}&format=ndjson`, {
      signal: again.signal,
    });
    expect(resumed.status).toBe(200);
    again.abort();
  });

  it('remembers nothing without it', async () => {
    const first = await startServer();
    const id = await first.register('foo');
    await first.stop();
    const second = await startServer();
    expect(await second.details(id)).toBeUndefined();
  });
});

async function onlyId(server: TestServer): Promise<string> {
  const { body } = await server.call('GET', '/api/v0.1/queries');
  return body['queries'][0].subscription_id;
}
