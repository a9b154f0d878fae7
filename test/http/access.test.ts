import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_ACCESS_CONTROL } from '../../src/access/access-control.ts';
import { loadConfig } from '../../src/config-load.ts';
import { type Estrom, startEstrom } from '../../src/estrom.ts';
import { ACCESS_TABLE, type Rule } from '../../src/http/access-table.ts';
import { createServer } from '../../src/http/server.ts';
import { createLogger } from '../../src/log.ts';
import { EVERYBODY, type Principal, ROLES, type Role } from '../../src/principal.ts';
import { accessTable, writtenTable } from './access-page.ts';
import { askWamp } from './ask-wamp.ts';
import { RawClient } from './raw-client.ts';

let folder: string;
let estrom: Estrom;
let port: number;

const roleTokens = ROLES.map((role) => ({ name: role, token: `secret-of-${role}`, roles: [role] }));

function writeTokens(entries: readonly object[]): string {
  const file = join(folder, 'tokens.json');
  writeFileSync(file, JSON.stringify({ tokens: entries }));
  return file;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-access-'));
  const gone = { name: 'gone', token: 'secret-of-gone', roles: ROLES };
  const tokens = writeTokens([...roleTokens, gone]);
  const { config } = loadConfig({ port: '0', workers: '1', tokens, drainTimeout: '1s' }, {});
  estrom = await startEstrom(config, createLogger('silent'));
  port = Number(new URL(estrom.url).port);
  writeTokens(roleTokens);
  estrom.reload();
});
afterAll(async () => {
  await estrom.close();
  rmSync(folder, { recursive: true });
});

/** Who asks, and the roles that this one has; null where nobody is known. */
const CALLERS: readonly { who: string; authorization: string | null; roles: Role[] | null }[] = [
  { who: 'nobody', authorization: null, roles: null },
  { who: 'a wrong token', authorization: 'Bearer wrong', roles: null },
  {
    who: 'a token that the file no longer has',
    authorization: 'Bearer secret-of-gone',
    roles: null,
  },
  { who: 'a name with the token of another', authorization: basic('tail', 'ingest'), roles: null },
  { who: 'an unknown scheme', authorization: 'Digest secret-of-ingest', roles: null },
  ...ROLES.map((role) => ({
    who: `the role ${role}`,
    authorization: basic(role, role),
    roles: [role],
  })),
];

function basic(name: string, role: string): string {
  return `Basic ${Buffer.from(`${name}:secret-of-${role}`).toString('base64')}`;
}

function expected(rule: Rule, roles: readonly Role[] | null): 'allowed' | 401 | 403 {
  if (rule === 'open') return 'allowed';
  if (roles === null) return 401;
  return roles.some((role) => rule.includes(role)) ? 'allowed' : 403;
}

/** A request that ends soon when it is let in, on a connection of its own. */
async function ask(route: string, authorization: string | null): Promise<string> {
  const [method, pattern = ''] = route.split(' ');
  const path = pattern.replace(':index', 'logs-1').replace(/:\w+/g, 'x');
  const query = path === '/api/v0.1/docs' ? (method === 'GET' ? '?timeout=1ms' : '?i=logs-1') : '';
  const lines = [
    `${method === 'WS' ? 'GET' : method} ${path}${query} HTTP/1.1`,
    'Host: localhost',
    ...(authorization === null ? [] : [`Authorization: ${authorization}`]),
    ...(method === 'WS'
      ? [
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
        ]
      : ['Connection: close', 'Content-Length: 0']),
  ];
  const client = new RawClient(port).send(`${lines.join('\r\n')}\r\n\r\n`);
  const reply = method === 'WS' ? await client.until(/\r\n\r\n/) : await client.end();
  client.destroy();
  return reply;
}

describe('access', () => {
  it('has a rule for every route, and no rule without a route', () => {
    const rules = [...ACCESS_TABLE.keys()].filter((route) => !/^(WS|WAMP) /.test(route));
    expect(rules.toSorted()).toEqual([...estrom.routes]);
  });

  it('is on the page about security as it is (node test/http/access-page.ts writes it)', () => {
    expect(writtenTable()).toBe(accessTable());
  });

  describe.each([...ACCESS_TABLE])('to %s', (route, rule) => {
    it.each(CALLERS)('of $who is as the table says', async ({ authorization, roles }) => {
      const outcome = expected(rule, roles);
      if (route.startsWith('WAMP ')) {
        expect(await askWamp(port, route.slice(5), authorization)).toBe(outcome);
        return;
      }
      const reply = await ask(route, authorization);
      const status = Number(reply.slice(9, 12));
      if (outcome === 'allowed') {
        expect([401, 403]).not.toContain(status);
        expect(status).toBeLessThan(500);
        return;
      }
      expect(status).toBe(outcome);
      expect(reply).toContain('"type":"security_exception"');
      if (outcome === 401) expect(reply).toMatch(/^www-authenticate: Basic realm="estrom"/im);
      else for (const role of rule) expect(reply).toContain(role);
    });
  });

  it('is refused before it tells whether a route exists', async () => {
    expect(await ask('GET /no/such/route', null)).toMatch(/^HTTP\/1.1 401 /);
    expect(await ask('GET /no/such/route', 'Bearer wrong')).toMatch(/^HTTP\/1.1 401 /);
    expect(await ask('GET /no/such/route', 'Bearer secret-of-metrics')).toMatch(/^HTTP\/1.1 404 /);
  });

  it.each([
    ['Bearer', 'Bearer secret-of-ingest'],
    ['Basic', basic('ingest', 'ingest')],
    ['ApiKey with name and token in base64', basic('ingest', 'ingest').replace('Basic', 'ApiKey')],
    ['ApiKey with the token alone', 'ApiKey secret-of-ingest'],
    ['any case of the scheme', 'bearer secret-of-ingest'],
  ])('takes %s', async (_form, authorization) => {
    expect(await ask('GET /', authorization)).toMatch(/^HTTP\/1.1 200 /);
  });

  it('is given to nobody where a route has no rule, and to everybody where it is open', async () => {
    const { config } = loadConfig({}, {});
    const all: Principal = { ...EVERYBODY, name: 'all' };
    const access = { ...NO_ACCESS_CONTROL, authenticate: () => all };
    const app = createServer(config, createLogger('silent'), { access });
    app.get('/not/in/the/table', async () => 'secret');
    const { statusCode, body } = await app.inject('/not/in/the/table');
    expect([statusCode, body.includes('secret')]).toEqual([403, false]);
    await app.close();
    expect(await ask('GET /healthz', 'Bearer wrong')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('never takes a token from the address', async () => {
    expect(await ask('GET /?token=secret-of-ingest', null)).toMatch(/^HTTP\/1.1 401 /);
  });
});
