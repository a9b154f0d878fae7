import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import { SqliteSubscriptions } from '../../../src/subscriptions/sqlite/sqlite-subscriptions.ts';
import { subscriptionStoreContract } from '../store-contract.ts';
import { kept } from '../subscription.ts';

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'estrom-subscriptions-'));
}

function temporaryFolder(): string {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(folder: string, maxWaitingBytes?: number): Promise<SqliteSubscriptions> {
  const log = createLogger('silent');
  const options = { folder, metrics: new Metrics(), log };
  return SqliteSubscriptions.open(
    maxWaitingBytes === undefined ? options : { ...options, maxWaitingBytes },
  );
}

subscriptionStoreContract('SQLite', async () => {
  const folder = newFolder();
  return {
    open: () => open(folder),
    dispose: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

it('refuses a folder that another one uses, and takes it when that one is closed', async () => {
  const folder = temporaryFolder();
  const first = await open(folder);
  await expect(open(folder)).rejects.toThrow('keeps the subscriptions of another estrom');
  await first.close();
  const second = await open(folder);
  await second.close();
});

it('refuses a file that is something else', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'subscriptions.sqlite'), 'hello, hello, hello '.repeat(100));
  await expect(open(folder)).rejects.toThrow('cannot keep subscriptions');
});

it('keeps its file to its user', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  expect(statSync(join(folder, 'subscriptions.sqlite')).mode & 0o077).toBe(0);
  await store.close();
});

it('refuses changes beyond its bound of waiting bytes, and takes them when there is room', async () => {
  const store = await open(temporaryFolder(), 20_000);
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, () => store.insert(kept({ created_at: 1 }))),
  );
  const made = results.filter(({ status }) => status === 'fulfilled').length;
  const refused = results.filter(({ status }) => status === 'rejected');
  expect(made).toBeGreaterThan(2);
  expect(refused.length).toBe(50 - made);
  expect((refused[0] as PromiseRejectedResult).reason).toMatchObject({ code: 'OVERLOADED' });
  await store.insert(kept());
  const filter = { withDeleted: true, now: 0 };
  expect((await store.list(filter, { offset: 0, size: 0 })).total).toBe(made + 1);
  await store.close();
});

it('says so when it is closed', async () => {
  const store = await open(temporaryFolder());
  await store.close();
  await expect(store.insert(kept())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(store.get('x')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('names a folder that cannot be written to', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  chmodSync(join(folder, 'file'), 0o400);
  await expect(open(join(folder, 'file'))).rejects.toThrow(`the folder ${join(folder, 'file')}`);
});
