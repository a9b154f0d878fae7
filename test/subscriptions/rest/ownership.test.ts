import { expect, it } from 'vitest';
import { type Principal, ROLES, type Role } from '../../../src/principal.ts';
import { draft, type SubscriptionServer, startSubscriptions } from './subscription-server.ts';

const IDENTITY = { identity: { header: 'Arlas-User', admin: 'admin' } };
const ADA = draft({ created_by: 'ada' });

/** Makes a subscription of ada's. */
async function adas(server: SubscriptionServer): Promise<string> {
  const { status, body } = await server.ask('POST', '/subscriptions', { user: 'ada', body: ADA });
  expect(status).toBe(201);
  return body.id;
}

/** That nothing about ada's subscription has changed. */
async function isUntouched(server: SubscriptionServer, id: string): Promise<void> {
  const kept = await server.store.get(id);
  expect(kept).toMatchObject({ ...ADA, deleted: false, estrom: { revision: 1 } });
}

it('asks users who they are, and keeps administrators off their paths', async () => {
  const server = await startSubscriptions({ ...IDENTITY, dryRun: async () => ({}) });
  const id = await adas(server);
  for (const [method, path, body] of [
    ['GET', '/subscriptions'],
    ['POST', '/subscriptions', ADA],
    ['GET', `/subscriptions/${id}`],
    ['PUT', `/subscriptions/${id}`, ADA],
    ['DELETE', `/subscriptions/${id}`],
    ['POST', '/subscriptions/_test', { id, event: {} }],
  ] as const) {
    for (const [headers, status] of [
      [{}, 401],
      [{ 'arlas-user': '' }, 401],
      [{ 'arlas-user': ' ' }, 401],
      [{ 'arlas-user': 'admin' }, 403],
    ] as const) {
      const asked = await server.ask(method, path, { body, headers });
      expect([method, path, headers, asked.status]).toEqual([method, path, headers, status]);
      expect(asked.text).not.toContain('"created_by"');
    }
  }
  await isUntouched(server, id);
});

it('shows nobody what belongs to others, nor that it is there', async () => {
  const server = await startSubscriptions(IDENTITY);
  const id = await adas(server);
  const none = { user: 'eve' };
  const list = await server.ask('GET', '/subscriptions?created-by=ada&deleted=true', none);
  expect(list.body).toMatchObject({ count: 0, total: 0, subscriptions: [] });
  for (const user of ['eve', 'ADA', 'ada ', 'ad', 'ada,eve']) {
    const found = await server.ask('GET', `/subscriptions/${id}`, { user });
    // Spaces around a header's value are not part of it.
    expect([user, found.status]).toEqual([user, user.trim() === 'ada' ? 200 : 404]);
  }
  const foreign = await server.ask('GET', `/subscriptions/${id}`, none);
  const unknown = await server.ask('GET', '/subscriptions/unknown', none);
  expect(foreign.text.replace(id, 'unknown')).toBe(unknown.text);
});

it('lets nobody change, delete or take over what belongs to others', async () => {
  const server = await startSubscriptions(IDENTITY);
  const id = await adas(server);
  const ask = async (method: string, body?: unknown) =>
    (await server.ask(method, `/subscriptions/${id}`, { user: 'eve', body })).status;
  expect(await ask('DELETE')).toBe(404);
  expect(await ask('PUT', ADA)).toBe(404);
  expect(await ask('PUT', draft({ created_by: 'eve' }))).toBe(404);
  await isUntouched(server, id);
});

it('lets nobody make a subscription for others, or give one away', async () => {
  const server = await startSubscriptions(IDENTITY);
  const asEve = { user: 'eve', body: ADA };
  expect((await server.ask('POST', '/subscriptions', asEve)).status).toBe(403);
  const id = await adas(server);
  const body = draft({ created_by: 'eve' });
  expect((await server.ask('PUT', `/subscriptions/${id}`, { user: 'ada', body })).status).toBe(403);
  await isUntouched(server, id);
});

it('keeps its own members from bodies', async () => {
  const server = await startSubscriptions(IDENTITY);
  const sent = {
    ...ADA,
    id: 'chosen',
    created_at: 1,
    modified_at: 1,
    created_by_admin: true,
    deleted: true,
    estrom: { revision: 9, principal: 'root', rowFilter: null },
    ['__proto__']: { admin: true },
  };
  const { body } = await server.ask('POST', '/subscriptions', { user: 'ada', body: sent });
  expect(body).toMatchObject({ created_by_admin: false, deleted: false, created_at: server.time });
  expect(body.id).not.toBe('chosen');
  expect(body).not.toHaveProperty('estrom');
  const put = await server.ask('PUT', `/subscriptions/${body.id}`, { user: 'ada', body: sent });
  expect(put.body).toMatchObject({ id: body.id, created_by_admin: false, deleted: false });
  expect((await server.store.get(body.id))!.estrom).toEqual({
    revision: 2,
    principal: null,
    rowFilter: null,
  });
});

it('keeps users off the paths of administrators', async () => {
  const server = await startSubscriptions(IDENTITY);
  const id = await adas(server);
  for (const [method, path, body] of [
    ['GET', '/admin/subscriptions'],
    ['POST', '/admin/subscriptions', ADA],
    ['GET', `/admin/subscriptions/${id}`],
    ['PUT', `/admin/subscriptions/${id}`, draft({ created_by: 'eve' })],
    ['DELETE', `/admin/subscriptions/${id}`],
  ] as const) {
    const asked = await server.ask(method, path, { user: 'eve', body });
    expect([method, path, asked.status]).toEqual([method, path, 403]);
  }
  await isUntouched(server, id);
  expect((await server.ask('GET', '/admin/subscriptions', { user: 'admin' })).status).toBe(200);
});

it('believes no header that comes twice', async () => {
  const server = await startSubscriptions(IDENTITY);
  const id = await adas(server);
  const { port } = new URL(server.url);
  const { connect } = await import('node:net');
  const socket = connect(Number(port), '127.0.0.1');
  socket.end(
    `GET /subscriptions/${id} HTTP/1.1\r\nhost: 127.0.0.1\r\narlas-user: ada\r\nArlas-User: eve\r\nconnection: close\r\n\r\n`,
  );
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
  expect(answer).toContain('came 2 times');
});

it('shows nobody in a dry run what belongs to others', async () => {
  const tried: unknown[] = [];
  const server = await startSubscriptions({
    ...IDENTITY,
    dryRun: async (...run) => {
      tried.push(run);
      return { matches: true };
    },
  });
  const id = await adas(server);
  const test = (user: string, body: unknown) =>
    server.ask('POST', '/subscriptions/_test', { user, body });
  expect((await test('eve', { id, event: {} })).status).toBe(404);
  expect((await test('eve', { subscription: ADA, event: {} })).status).toBe(403);
  expect(tried).toEqual([]);
  expect((await test('ada', { id, event: {} })).body).toEqual({ matches: true });
  expect((await test('ada', { subscription: ADA, event: {} })).status).toBe(200);
  await server.ask('DELETE', `/subscriptions/${id}`, { user: 'ada' });
  expect((await test('ada', { id, event: {} })).status).toBe(404);
});

function principal(name: string, rowFilter: string | null, ...roles: Role[]): Principal {
  return { name, roles: new Set(roles), index: '*', rowFilter };
}

const PRINCIPALS = {
  principals: {
    'token ada': principal('ada', 'team:a', 'register'),
    'token eve': principal('eve', 'team:e', 'register'),
    'token proxy': principal('proxy', null, ...ROLES),
  },
};
const as = (name: string, user?: string) => ({
  headers: {
    authorization: `token ${name}`,
    ...(user === undefined ? {} : { 'arlas-user': user }),
  },
});

it('takes tokens for identities', async () => {
  const server = await startSubscriptions(PRINCIPALS);
  const made = await server.ask('POST', '/subscriptions', { ...as('ada'), body: ADA });
  expect(made.status).toBe(201);
  const path = `/subscriptions/${made.body.id}`;
  const status = async (name: string, method: string, to: string, body?: unknown) =>
    (await server.ask(method, to, { ...as(name), body })).status;
  expect(await status('ada', 'GET', path)).toBe(200);
  expect(await status('eve', 'GET', path)).toBe(404);
  expect(await status('eve', 'DELETE', path)).toBe(404);
  expect(await status('eve', 'POST', '/subscriptions', ADA)).toBe(403);
  expect(await status('eve', 'GET', `/admin${path}`)).toBe(403);
  expect(await status('eve', 'GET', '/admin/subscriptions')).toBe(403);
  expect(await status('nobody', 'GET', path)).toBe(403);
  expect(await status('proxy', 'GET', `/admin${path}`)).toBe(200);
  const { estrom } = (await server.store.get(made.body.id))!;
  // What the token allows is asked for again and again, not kept.
  expect(estrom).toEqual({ revision: 1, principal: 'ada', rowFilter: null });
});

it('lets only a proxy with the role admin speak for others', async () => {
  const server = await startSubscriptions({ ...PRINCIPALS, ...IDENTITY });
  const made = await server.ask('POST', '/subscriptions', { ...as('proxy', 'ada'), body: ADA });
  expect(made.status).toBe(201);
  const path = `/subscriptions/${made.body.id}`;
  const status = async (name: string, user?: string) =>
    (await server.ask('GET', path, as(name, user))).status;
  expect(await status('proxy', 'ada')).toBe(200);
  expect(await status('proxy', 'eve')).toBe(404);
  expect(await status('proxy')).toBe(401);
  expect(await status('eve', 'ada')).toBe(403);
  expect(await status('eve')).toBe(404);
  expect(await status('ada')).toBe(200);
});

it("never gives an administrator's rights to a user's subscription", async () => {
  const server = await startSubscriptions(PRINCIPALS);
  const made = await server.ask('POST', '/subscriptions', { ...as('ada'), body: ADA });
  const path = `/admin/subscriptions/${made.body.id}`;
  const put = (body: unknown) => server.ask('PUT', path, { ...as('proxy'), body });
  expect((await put(draft({ created_by: 'ada', title: 'new' }))).status).toBe(201);
  const grant = async () => (await server.store.get(made.body.id))!.estrom;
  expect(await grant()).toEqual({ revision: 2, principal: 'ada', rowFilter: null });
  await put(draft({ created_by: 'eve' }));
  expect(await grant()).toEqual({ revision: 3, principal: 'eve', rowFilter: null });
});

it('keeps what belongs to one creator so where callers are not told apart', async () => {
  const server = await startSubscriptions();
  const { body } = await server.ask('POST', '/subscriptions', { body: ADA });
  const path = `/subscriptions/${body.id}`;
  const moved = { body: draft({ created_by: 'eve' }) };
  expect((await server.ask('PUT', path, moved)).status).toBe(403);
  expect((await server.ask('PUT', path, { body: ADA })).status).toBe(201);
});
