import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { ConfigError } from '../../../src/config-load.ts';
import { Metrics } from '../../../src/metrics.ts';
import { steadyPort } from '../../steady-port.ts';
import { kept } from '../../subscriptions/subscription.ts';
import { mongoFixture } from './fixture.ts';

const fixture = mongoFixture();
const UNAVAILABLE = { code: 'UNAVAILABLE' };

function logInto() {
  const lines = new PassThrough();
  return { log: pino({ level: 'info' }, lines), lines };
}

it('refuses what is no URL of a database, and says what is', async () => {
  const { server, open } = fixture();
  const authority = server.url.slice('mongodb://'.length);
  for (const url of ['sqlit', 'http://127.0.0.1/x', server.url, `${server.url}/`, 'mongodb:///x']) {
    await expect(open({ url })).rejects.toThrow(ConfigError);
    await expect(open({ url })).rejects.toThrow('mongodb://127.0.0.1:27017/arlas');
  }
  const unknown = open({ url: `mongodb://${authority}/x?colour=red` });
  await expect(unknown).rejects.toThrow(/--subscription-store.* colour/);
  await expect(unknown).rejects.toThrow(ConfigError);
});

it('says when the server does not let it in, without the password', async () => {
  const { server, open } = fixture();
  const url = `${server.url.replace('//', '//ada:s3cret@')}/x`;
  // This server knows no names and passwords at all.
  const refused = await open({ url }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConfigError);
  expect((refused as Error).message).toMatch(/^--subscription-store: MongoDB at 127.0.0.1:\d+\/x /);
  expect((refused as Error).message).not.toContain('s3cret');
});

it('waits for a server that is away at the start, says so once, and works when it comes', async () => {
  const { server, open, url } = fixture();
  await server.kill();
  const { log, lines } = logInto();
  const opening = open({ log });
  const [line] = (await once(lines, 'data')) as [Buffer];
  expect(JSON.parse(line.toString())).toMatchObject({
    msg: `waiting for MongoDB at ${url.slice('mongodb://'.length)}`,
    reason: expect.stringContaining('ECONNREFUSED'),
  });
  const rest = text(lines);
  await server.restart();
  const store = await opening;
  await store.insert(kept());
  lines.end();
  expect(await rest).toMatch(/^[^\n]*MongoDB at \S+ answers[^\n]*\n$/);
});

it('stops waiting when it is told to', async () => {
  const ending = new AbortController();
  const { log, lines } = logInto();
  const url = `mongodb://127.0.0.1:${await steadyPort()}/x`;
  const opening = fixture().open({ url, log, signal: ending.signal });
  opening.catch(() => {});
  await once(lines, 'data');
  ending.abort();
  await expect(opening).rejects.toThrow('abort');
});

it('fails with UNAVAILABLE while the server is away, and goes on when it is back', async () => {
  const { server, open } = fixture();
  const { log, lines } = logInto();
  const metrics = new Metrics();
  const store = await open({ log, metrics });
  const one = kept();
  await store.insert(one);
  await server.kill();
  await Promise.all([
    expect(store.insert(kept())).rejects.toMatchObject(UNAVAILABLE),
    expect(store.get(one.id)).rejects.toMatchObject(UNAVAILABLE),
    expect(store.list({ withDeleted: true, now: 0 }, { offset: 0, size: 1 })).rejects.toMatchObject(
      UNAVAILABLE,
    ),
    expect(store.all()[Symbol.asyncIterator]().next()).rejects.toMatchObject(UNAVAILABLE),
  ]);
  await server.restart();
  await expect.poll(() => store.get(one.id).catch(() => null)).toStrictEqual(one);
  await expect(store.insert(kept())).resolves.toBeUndefined();
  const told: string[] = [];
  store.onChange(({ id }) => {
    told.push(id);
  });
  const other = await open();
  const theirs = kept();
  await other.insert(theirs);
  await expect.poll(() => told).toContain(theirs.id);
  lines.end();
  const logged = await text(lines);
  for (const line of [
    'subscriptions cannot be kept',
    'subscriptions are kept again',
    'changes of subscriptions by others are not seen',
    'changes of subscriptions by others are seen again',
  ]) {
    expect(logged.split(`"msg":"${line}"`)).toHaveLength(2);
  }
  const shown = await metrics.registry.metrics();
  expect(shown).toMatch(/estrom_subscription_poll_failures_total [1-9]/);
  expect(shown).toMatch(/estrom_subscription_commit_failures_total 1\n/);
});

it('refuses changes beyond its bound of waiting bytes', async () => {
  const store = await fixture().open({ maxWaitingBytes: 20_000 });
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => store.insert(kept())));
  const refused = results.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(2);
  expect(refused.length).toBeLessThan(48);
  expect((refused[0] as PromiseRejectedResult).reason).toMatchObject({ code: 'OVERLOADED' });
  await store.insert(kept());
});

it('says so when it is closed', async () => {
  const store = await fixture().open();
  await store.close();
  await expect(store.insert(kept())).rejects.toMatchObject(UNAVAILABLE);
  await expect(store.get('x')).rejects.toMatchObject(UNAVAILABLE);
});

it('keeps whatever JSON may hold, also what MongoDB does not', async () => {
  const store = await fixture().open();
  let deep: unknown = 'bottom';
  for (let n = 0; n < 250; n++) deep = n % 2 === 0 ? [deep] : { deep };
  const trigger = {
    deep,
    '$a.b': { '\0': '\ud800' },
    '': { $set: 1 },
    __proto: JSON.parse('{"__proto__":1}'),
  };
  const one = kept({ userMetadatas: { 'a．b': 1, 'a.b': 2 } });
  const odd = { ...one, subscription: { ...one.subscription, trigger } };
  await store.insert(odd);
  expect(await store.get(one.id)).toStrictEqual(odd);
  const plain = { ...one, estrom: { ...one.estrom, revision: 2 }, userMetadatas: { a: 1 } };
  await store.replace(plain);
  expect(await store.get(one.id)).toStrictEqual(plain);
});

it('refuses a subscription that is too large for the server for good, and goes on', async () => {
  const store = await fixture().open();
  const large = kept({ title: 'x'.repeat(17 * 1024 * 1024) });
  await expect(store.insert(large)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await store.insert(kept());
});
