import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { type Principal, ROLES, type Role } from '../../../src/principal.ts';
import { draft, type SubscriptionServer, startSubscriptions } from './subscription-server.ts';

const ROWS = { rowFilterHeader: 'Partition-Filter' };
const IDENTITY = { identity: { header: 'arlas-user', admin: 'admin' } };
const ADA = draft({ created_by: 'ada' });
const TEAM = '{"f":[[{"field":"team","op":"eq","value":"a"}]]}';

function principal(name: string, ...roles: Role[]): Principal {
  return { name, roles: new Set(roles), index: '*', rowFilter: 'team:own' };
}

const PRINCIPALS = {
  principals: {
    ada: principal('ada', 'register'),
    proxy: principal('proxy', ...ROLES),
    root: principal('root', 'admin'),
  },
};

interface As {
  readonly token?: string;
  readonly user?: string;
  readonly rows?: string;
}

function headersOf({ token, user, rows }: As): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: token }),
    ...(user === undefined ? {} : { 'arlas-user': user }),
    ...(rows === undefined ? {} : { 'partition-filter': rows }),
  };
}

/** Makes a subscription, and tells its status and whose rights it has. */
async function made(server: SubscriptionServer, as: As, path = '/subscriptions', body = ADA) {
  const { status, body: answer } = await server.ask('POST', path, { headers: headersOf(as), body });
  if (status !== 201) return `${status} ${answer.message}`;
  expect(answer).not.toHaveProperty('estrom');
  const { principal: name, rowFilter } = (await server.store.get(answer.id))!.estrom;
  return [name, rowFilter];
}

it('keeps the row filter of the proxy with what it writes', async () => {
  const server = await startSubscriptions({ ...IDENTITY, ...ROWS });
  expect(await made(server, { user: 'ada', rows: TEAM })).toEqual([null, TEAM]);
  const missing = await made(server, { user: 'ada' });
  expect(missing).toMatch(/^400 the header \[Partition-Filter\] is missing: .*"ada" may see/);
  expect(await made(server, { user: 'ada', rows: ' ' })).toBe(missing);
  const plain = await startSubscriptions(IDENTITY);
  expect(await made(plain, { user: 'ada', rows: TEAM })).toEqual([null, null]);
});

it('takes the newer row filter when a subscription is replaced', async () => {
  const server = await startSubscriptions({ ...IDENTITY, ...ROWS });
  const first = headersOf({ user: 'ada', rows: 'team:a' });
  const { body } = await server.ask('POST', '/subscriptions', { headers: first, body: ADA });
  const put = async (path: string, as: As) => {
    const asked = { headers: headersOf(as), body: ADA };
    const { status } = await server.ask('PUT', `${path}/${body.id}`, asked);
    return [status, (await server.store.get(body.id))!.estrom.rowFilter];
  };
  expect(await put('/subscriptions', { user: 'ada', rows: 'team:b' })).toEqual([201, 'team:b']);
  expect(await put('/subscriptions', { user: 'ada' })).toEqual([400, 'team:b']);
  // What the proxy says of the administrator is not so of the user.
  const asAdmin = { user: 'admin', rows: '*' };
  expect(await put('/admin/subscriptions', asAdmin)).toEqual([201, 'team:b']);
  expect(await put('/admin/subscriptions', {})).toEqual([201, 'team:b']);
  // One without a proxy before it says it on purpose.
  expect(await put('/admin/subscriptions', { rows: 'team:c' })).toEqual([201, 'team:c']);
});

it('refuses row filters that cannot be read', async () => {
  const server = await startSubscriptions({ ...IDENTITY, ...ROWS });
  for (const rows of ['team:(a', '{"f":[[]]}', '{"term":', 'f=a:is:b', '{"unknown":{}}']) {
    const answer = await made(server, { user: 'ada', rows });
    expect([rows, answer]).toEqual([
      rows,
      expect.stringMatching(/^400 the header \[Partition-Filt/),
    ]);
    const asAdmin = await made(server, { rows }, '/admin/subscriptions');
    expect([rows, asAdmin]).toEqual([rows, answer]);
  }
  expect((await server.ask('GET', '/admin/subscriptions')).body.total).toBe(0);
});

it('reads headers as UTF-8', async () => {
  const server = await startSubscriptions({ ...IDENTITY, ...ROWS });
  const sent = (text: string) => Buffer.from(text).toString('latin1');
  const body = draft({ created_by: 'zoë' });
  const as = { user: sent('zoë'), rows: sent('NOT team:"été"') };
  expect(await made(server, as, '/subscriptions', body)).toEqual([null, 'NOT team:"été"']);
  expect(await made(server, { ...as, rows: 'NOT team:"été"' }, '/subscriptions', body)).toBe(
    '401 the header [Partition-Filter] is not UTF-8',
  );
  expect(await made(server, { ...as, user: 'zoë' }, '/subscriptions', body)).toBe(
    '401 the header [arlas-user] is not UTF-8',
  );
});

it('believes no row filter that comes twice', async () => {
  const server = await startSubscriptions({ ...IDENTITY, ...ROWS });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const body = JSON.stringify(ADA);
  socket.end(
    'POST /subscriptions HTTP/1.1\r\nhost: 127.0.0.1\r\narlas-user: ada\r\n' +
      'partition-filter: team:a\r\nPartition-Filter: *\r\nconnection: close\r\n' +
      `content-length: ${body.length}\r\n\r\n${body}`,
  );
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
  expect(answer).toContain('the header [Partition-Filter] came 2 times');
  expect((await server.ask('GET', '/admin/subscriptions')).body.total).toBe(0);
});

it('takes a row filter from proxies alone', async () => {
  const server = await startSubscriptions({ ...PRINCIPALS, ...IDENTITY, ...ROWS });
  expect(await made(server, { token: 'ada', rows: '*' })).toMatch(
    /^403 "ada" has rights of its own: the header \[Partition-Filter\] is for proxies/,
  );
  expect(await made(server, { token: 'ada' })).toEqual(['ada', null]);
  expect(await made(server, { token: 'proxy', user: 'ada', rows: TEAM })).toEqual(['proxy', TEAM]);
  expect(await made(server, { token: 'proxy', user: 'ada' })).toMatch(/^400 /);
});

it("gives what an administrator makes its user's rights", async () => {
  const server = await startSubscriptions({ ...PRINCIPALS, ...IDENTITY, ...ROWS });
  const admin = '/admin/subscriptions';
  expect(await made(server, { token: 'root' }, admin)).toEqual(['ada', null]);
  expect(await made(server, { token: 'root', rows: TEAM }, admin)).toEqual(['ada', TEAM]);
  // The proxy stands for its users, but has said nothing about this one.
  const proxied = { token: 'proxy', user: 'admin', rows: '*' };
  expect(await made(server, proxied, admin)).toEqual(['proxy', null]);
  const open = await startSubscriptions({ ...IDENTITY, ...ROWS });
  expect(await made(open, { user: 'admin', rows: '*' }, admin)).toEqual([null, null]);
  expect(await made(open, { rows: TEAM }, admin)).toEqual([null, TEAM]);
});
