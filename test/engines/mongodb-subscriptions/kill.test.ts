import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  Acknowledged,
  changeSome,
  everythingIn,
  killWriter,
} from '../../subscriptions/acknowledged.ts';
import { mongoFixture } from './fixture.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));
const ROUNDS = Number(process.env['MONGODB_ROUNDS'] ?? 6);

const fixture = mongoFixture();

it('loses no acknowledged change when the server is killed, again and again', async () => {
  const { server, open } = fixture();
  const store = await open();
  const acknowledged = new Acknowledged();
  let failed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let isDown = false;
    const work = async () => {
      while (!isDown) {
        await changeSome(store, acknowledged.say).catch((error: { code?: string }) => {
          if (error.code !== 'UNAVAILABLE') throw error;
          failed++;
        });
      }
    };
    const working = Promise.all(Array.from({ length: 8 }, work));
    await sleep(Math.random() * 300);
    await server.kill();
    isDown = true;
    await server.restart();
    await working;
    expect(acknowledged.check(await everythingIn(store))).toEqual([]);
  }
  expect(failed).toBeGreaterThan(ROUNDS);
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
  console.log(
    `server killed ${ROUNDS} times: ${acknowledged.size} subscriptions, ${failed} changes failed`,
  );
});

it('loses no acknowledged change when the process that writes is killed, again and again', async () => {
  const { url, open } = fixture();
  const store = await open();
  const acknowledged = new Acknowledged();
  for (let round = 0; round < ROUNDS; round++) {
    await killWriter(WRITER, url, acknowledged.say);
    expect(acknowledged.check(await everythingIn(store))).toEqual([]);
  }
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
  console.log(`writer killed ${ROUNDS} times: ${acknowledged.size} subscriptions`);
});
