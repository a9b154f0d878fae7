import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { ForwardServer } from './forward-server.ts';
import { reply } from './stub.ts';

let server: ForwardServer;
afterEach(() => server.close());

/** As it is: `fetch` resolves dots itself. */
async function get(port: number, path: string): Promise<{ status: number; body: string }> {
  const sent = httpRequest({ port, path }).end();
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode, body: Buffer.concat(await answer.toArray()).toString() };
}

test.each(['/../_cat', '/a/%2e%2E/_search', '/a/_doc/x%2f..%2f..', '/./_bulk'])(
  'a path that could leave the one of the URL is refused: %s',
  async (path) => {
    server = await ForwardServer.start(() => {});
    const elasticsearch = `${server.stub.url}/es`;
    const other = await ForwardServer.start(() => {}, { elasticsearch });
    const { status, body } = await get(other.port, path);
    await other.close();
    expect([status, JSON.parse(body).error.type]).toEqual([400, 'illegal_argument_exception']);
    expect(body).toContain('segment of dots');
    expect(server.stub.seen).toEqual([]);
  },
);

test('dots in names go on, and so does every path to a URL without one', async () => {
  server = await ForwardServer.start((_, response) => reply(response, {}));
  const elasticsearch = `${server.stub.url}/es`;
  const other = await ForwardServer.start(() => {}, { elasticsearch });
  await get(other.port, '/.kibana/_search?q=../x');
  await get(server.port, '/../_cat');
  await other.close();
  expect(server.stub.seen.map(({ url }) => url)).toEqual([
    '/es/.kibana/_search?q=../x',
    '/../_cat',
  ]);
});
