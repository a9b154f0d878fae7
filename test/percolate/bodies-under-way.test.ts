import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import type { Matches } from '../../src/document.ts';
import { percolateRoutes } from '../../src/percolate/routes.ts';

const PATH = '/api/v0.1/percolate';

it('bodies on demand beyond the room for them get 429, until others have their answers', async () => {
  const asked: PromiseWithResolvers<Matches>[] = [];
  const app = fastify();
  await app.register(percolateRoutes, {
    engine: {
      percolateOnDemand: () => {
        asked.push(Promise.withResolvers<Matches>());
        return asked.at(-1)!.promise;
      },
    },
    idOf: () => undefined,
  });
  const url = await app.listen({ port: 0 });
  const text = 'x'.repeat(15 * 1024 * 1024);
  const body = JSON.stringify({ index: 'docs', documents: [{ text }] });
  const ask = async () => await fetch(`${url}${PATH}`, { method: 'POST', body });
  const held = [ask(), ask(), ask(), ask()];
  await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(4);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(await refused.text()).toContain('OVERLOADED');

  const answer: Matches = { pairs: new Uint32Array(), failures: [] };
  for (const each of asked.splice(0)) each.resolve(answer);
  for (const response of await Promise.all(held)) expect(response.status).toBe(200);
  const later = ask();
  await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(1);
  asked[0]!.resolve(answer);
  expect((await later).status).toBe(200);
  await app.close();
});
