import { afterEach, describe, expect, it } from 'vitest';
import { type CrowdTail, openCrowd, until } from '../../bench/crowd.ts';
import { Server } from './tails.ts';

let server: Server;
let crowd: CrowdTail[] = [];
afterEach(async () => {
  for (const tail of crowd) tail.close();
  await server.close();
});

const open = async (count: number, queryOf: (k: number) => string) => {
  server = await new Server().listen();
  crowd = await openCrowd(`http://127.0.0.1:${server.port}`, count, queryOf);
};

describe('a crowd of tails', () => {
  it('of 500 that idle gets the one document that each waits for', async () => {
    await open(500, (k) => `q=${k}`);
    expect(server.hub.stats.topics).toBe(500);
    for (let k = 0; k < 500; k++) server.publish(k);
    await until('every tail has its hit', () => crowd.every(({ hits }) => hits === 1));
    expect(server.hub.stats).toMatchObject({ delivered: 500, left: 0 });
  });

  it('of 200 that are busy gets exactly what is for each', async () => {
    await open(200, (k) => `q=${k}`);
    const wanted = new Array<number>(200).fill(0);
    for (let n = 0; n < 40_000; n++) {
      const ordinal = (n * n + 7 * n) % 200;
      wanted[ordinal]!++;
      if (!server.publish(ordinal, n % 300)) await server.hub.drained();
    }
    await until('all hits', () => crowd.every(({ hits }, k) => hits >= wanted[k]!));
    expect(crowd.map(({ hits }) => hits)).toEqual(wanted);
    expect(server.hub.stats).toMatchObject({ delivered: 40_000, left: 0 });
    expect(server.hub.stats.outboxes.shed.slow).toBe(0);
  });

  it('on one topic gets every document, some of them stuck', async () => {
    await open(200, () => 'on_slow=block');
    const stuck = await openCrowd(`http://127.0.0.1:${server.port}`, 20, () => '');
    for (const tail of stuck) tail.pause();
    await server.publishAll(3000, 0, 3000);
    await until('all hits', () => crowd.every(({ hits }) => hits >= 3000));
    expect(crowd.every(({ hits }) => hits === 3000)).toBe(true);
    expect(server.hub.stats.outboxes.bytes).toBeLessThanOrEqual(20 << 20);
    for (const tail of stuck) tail.close();
  });
});
