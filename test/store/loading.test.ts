import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { startEstrom } from '../../src/estrom.ts';
import { EmbeddedEngine } from '../../src/percolate/embedded/embedded-engine.ts';
import { Client } from './client.ts';
import { temporaryFolder } from './folder.ts';
import { startServer, testConfig } from './server.ts';

it('while kept state is loaded, /readyz says so and requests wait', async () => {
  const data = temporaryFolder();
  const first = await startServer({ data });
  const id = await first.register('foo');
  await first.stop();

  const loading = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  class SlowEngine extends EmbeddedEngine {
    override async restoreSegments(
      ...args: Parameters<EmbeddedEngine['restoreSegments']>
    ): Promise<void> {
      loading.resolve();
      await goOn.promise;
      await super.restoreSegments(...args);
    }
  }
  const port = Number(new URL(first.url).port);
  const log = pino({ level: 'silent' });
  const starting = startEstrom(testConfig({ data, port }), log, (parts) => new SlowEngine(parts));
  onTestFinished(async () => (await starting).close());
  await loading.promise;

  const client = new Client(first.url);
  const ready = await client.call('GET', '/readyz');
  expect(ready.status).toBe(503);
  expect(ready.body['error'].reason).toBe('not ready: loading kept state');
  expect((await client.call('GET', '/healthz')).status).toBe(200);

  let answered = false;
  const waiting = client.details(id).then((details) => {
    answered = true;
    return details;
  });
  expect((await client.call('GET', '/readyz')).status).toBe(503);
  expect(answered).toBe(false);
  goOn.resolve();
  expect(await waiting).toMatchObject({ subscription_id: id, live: true });
  expect((await client.call('GET', '/readyz')).status).toBe(200);
});

it('a start that cannot load what was kept fails, and lets go of port and folder', async () => {
  const data = temporaryFolder();
  class BrokenEngine extends EmbeddedEngine {
    override async restoreSegments(): Promise<void> {
      throw new Error('the disk is on fire');
    }
  }
  const log = pino({ level: 'silent' });
  const starting = startEstrom(testConfig({ data }), log, (parts) => new BrokenEngine(parts));
  await expect(starting).rejects.toThrow('the disk is on fire');
  const server = await startServer({ data });
  expect(await server.total()).toBe(0);
});
