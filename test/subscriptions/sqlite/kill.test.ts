import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import { SqliteSubscriptions } from '../../../src/subscriptions/sqlite/sqlite-subscriptions.ts';
import { Acknowledged, everythingIn, killWriter } from '../acknowledged.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));

it('loses no acknowledged change when its process is killed, again and again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'estrom-subscriptions-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const acknowledged = new Acknowledged();
  for (let round = 0; round < 6; round++) {
    await killWriter(WRITER, folder, acknowledged.say);
    const store = await SqliteSubscriptions.open({
      folder,
      metrics: new Metrics(),
      log: createLogger('silent'),
    });
    const found = await everythingIn(store);
    await store.close();
    expect(acknowledged.check(found)).toEqual([]);
  }
  expect(acknowledged.size).toBeGreaterThan(20);
}, 60_000);
