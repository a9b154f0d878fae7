import { expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { draft, startSubscriptions } from './subscription-server.ts';

it.each([
  ['page=0', 'the parameter [page] must be 1 or more, but found "0"'],
  ['page=-1', 'the parameter [page] must be 1 or more, but found "-1"'],
  ['page=x', 'the parameter [page] must be a whole number, but found "x"'],
  ['page=1.5', 'the parameter [page] must be a whole number, but found "1.5"'],
  ['page=', 'the parameter [page] must be a whole number, but found ""'],
  ['size=0', 'the parameter [size] must be 1 or more, but found "0"'],
  ['size=10001', 'the parameter [size] must be 10000 or less, but found "10001"'],
  ['page=1&page=2', 'the parameter [page] may be given once only'],
  ['page=9007199254740991&size=10000', 'there is no page 9007199254740991: no list is that long'],
  ['before=yesterday', 'the parameter [before] must be a whole number, but found "yesterday"'],
  ['active=1', 'the parameter [active] must be true or false, but found "1"'],
  ['pretty=2', 'the parameter [pretty] must be true or false, but found "2"'],
])('refuses the list ?%s', async (query, message) => {
  const { ask } = await startSubscriptions();
  for (const path of ['/subscriptions', '/admin/subscriptions']) {
    const { status, body } = await ask('GET', `${path}?${query}`);
    expect([status, body]).toEqual([400, { status: 400, error: 'BAD_REQUEST', message }]);
  }
});

it('answers in the form of ARLAS, and pretty where it is asked to', async () => {
  const { ask, url } = await startSubscriptions({ prefix: '/a/b' });
  const made = await ask('POST', '/subscriptions/?unknown=parameter', { body: draft() });
  expect(made.status).toBe(201);
  expect(made.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const self = `${url}/a/b/subscriptions/${made.body.id}`;
  expect(made.headers.get('location')).toBe(self);
  const link = (relation: string, method: string, href = self) => ({
    [relation]: { relation, href, type: 'application/json', method },
  });
  expect(made.body._links).toEqual({
    ...link('self', 'GET'),
    ...link('list', 'GET', `${url}/a/b/subscriptions`),
    ...link('update', 'PUT'),
    ...link('delete', 'DELETE'),
  });
  const path = `/subscriptions/${made.body.id}`;
  const plain = await ask('GET', path);
  expect(plain.text).not.toContain('\n');
  for (const pretty of ['pretty', 'pretty=true']) {
    const { text } = await ask('GET', `${path}?${pretty}`);
    expect(text).toBe(JSON.stringify(plain.body, null, 2));
  }
  const replaced = await ask('PUT', path, { body: draft({ title: 'new' }) });
  expect([replaced.status, replaced.body._links]).toEqual([201, made.body._links]);
  const admin = await ask('GET', `/admin${path}`);
  expect(admin.body._links.self.href).toBe(`${url}/a/b/admin${path}`);
  const gone = await ask('DELETE', path);
  expect([gone.status, gone.body.deleted]).toEqual([202, true]);
  const missing = await ask('GET', path);
  expect([missing.status, missing.body]).toEqual([
    404,
    {
      status: 404,
      error: 'NOT_FOUND',
      message: `there is no subscription [${made.body.id}]`,
    },
  ]);
});

it('links to where callers reach it', async () => {
  const publicUrl = 'https://estrom.example';
  const { ask } = await startSubscriptions({ prefix: '/p', publicUrl });
  const { headers } = await ask('POST', '/subscriptions', { body: draft() });
  expect(headers.get('location')).toMatch(/^https:\/\/estrom\.example\/p\/subscriptions\/[\w-]+$/);
});

it('shows pages beyond the end as empty ones that lead back', async () => {
  const { ask } = await startSubscriptions();
  await ask('POST', '/subscriptions', { body: draft() });
  const { body } = await ask('GET', '/subscriptions?page=5&size=2');
  expect(body).toMatchObject({ count: 0, total: 1, subscriptions: [] });
  expect(Object.keys(body._links)).toEqual(['self', 'first', 'prev', 'last']);
  expect(body._links.last.href).toMatch(/page=1&size=2$/);
});

it('refuses what cannot be matched, and keeps nothing of it', async () => {
  const { ask } = await startSubscriptions({
    checkDraft: ({ subscription: { hits } }) => {
      if (hits.filter !== 'bad') return;
      throw new EstromError('QUERY_SYNTAX', '[subscription.hits.filter] ends too soon');
    },
  });
  const { subscription } = draft();
  const bad = draft({ subscription: { ...subscription, hits: { filter: 'bad', projection: '' } } });
  const { status, body } = await ask('POST', '/subscriptions', { body: bad });
  expect([status, body.error]).toEqual([400, 'QUERY_SYNTAX']);
  expect((await ask('GET', '/subscriptions')).body.total).toBe(0);
  const good = await ask('POST', '/subscriptions', { body: draft() });
  expect((await ask('PUT', `/subscriptions/${good.body.id}`, { body: bad })).status).toBe(400);
});

it('limits how many subscriptions a user has, also of those made at once', async () => {
  const { ask, store } = await startSubscriptions({ maxPerUser: 3 });
  const post = (created_by = 'ada', path = '/subscriptions') =>
    ask('POST', path, { body: draft({ created_by }) });
  const answers = await Promise.all(Array.from({ length: 8 }, () => post()));
  const made = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status === 403);
  expect([made.length, refused.length]).toEqual([3, 5]);
  expect(refused[0]!.body.message).toBe(
    '"ada" has 3 subscriptions and may have 3: delete one, or replace one',
  );
  expect((await post('bob')).status).toBe(201);
  expect((await post('ada', '/admin/subscriptions')).status).toBe(201);
  for (const { body } of made) await ask('DELETE', `/subscriptions/${body.id}`);
  expect((await post()).status).toBe(201);
  const kept = { createdBy: 'ada', withDeleted: false, now: 0 };
  expect((await store.list(kept, { offset: 0, size: 0 })).total).toBe(2);
});

it('lets replacements that come at once win one after the other, and none over a deletion', async () => {
  const { ask, store } = await startSubscriptions();
  const { body } = await ask('POST', '/subscriptions', { body: draft() });
  const path = `/subscriptions/${body.id}`;
  const put = (title: string) => ask('PUT', path, { body: draft({ title }) });
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map(put));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect((await store.get(body.id))!.estrom.revision).toBe(5);
  const [, ...late] = await Promise.all([ask('DELETE', path), put('e'), put('f')]);
  expect(late.every(({ status }) => status === 201 || status === 404)).toBe(true);
  expect((await store.get(body.id))!.deleted).toBe(true);
});

it('tells what a dry run tells, with the sample as it was sent', async () => {
  const { ask } = await startSubscriptions({
    dryRun: async ({ title, id = null }, sample, grant) => ({ title, id, ...sample, grant }),
  });
  const test = (body: unknown) => ask('POST', '/subscriptions/_test', { body });
  const event = { object: { id: 'x' } };
  const grant = { principal: null, rowFilter: null };
  const text = '{"a": 12345678901234567890, "b": "ü"}';
  const written = JSON.stringify({ subscription: draft(), event, index: 'i-1' });
  const tried = await test(`${written.slice(0, -1)}, "document": ${text} }`);
  expect([tried.status, tried.body]).toEqual([
    200,
    { title: 'title', id: null, event: JSON.stringify(event), document: text, index: 'i-1', grant },
  ]);
  const { body } = await ask('POST', '/subscriptions', { body: draft({ title: 'kept' }) });
  for (const path of ['/subscriptions/_test', '/admin/subscriptions/_test?pretty']) {
    const kept = await ask('POST', path, { body: { id: body.id, event, document: null } });
    const sample = { event: JSON.stringify(event), document: null, index: null };
    expect(kept.body).toEqual({ title: 'kept', id: body.id, ...sample, grant });
  }
  const alone = await test({ id: body.id, document: { a: 1 } });
  expect(alone.body).toMatchObject({ event: null, document: '{"a":1}' });
  for (const [bad, message] of [
    [{ subscription: draft() }, '[event] must be'],
    [{ subscription: draft(), event: [], document: {} }, '[event] must be'],
    [{ event }, 'give either [subscription], or the [id]'],
    [{ id: 'x', subscription: draft(), event }, 'give either [subscription], or the [id]'],
    [{ id: 5, event }, '[id] must be a text'],
    [{ subscription: { ...draft(), title: '' }, event }, '[title] must not be empty'],
    [{ subscription: draft(), event, document: [] }, '[document] must be an object'],
    [{ subscription: draft(), event, index: 5 }, '[index] must be a text'],
    [{ subscription: draft(), event, index: 'A*' }, 'invalid index name [A*]'],
    [[], 'the body must be {"subscription"'],
    ['{"event":', 'the body is not valid JSON'],
  ] as const) {
    const answer = await test(bad);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(message);
  }
  expect((await ask('GET', '/subscriptions')).body.total).toBe(1);
});

it('has no dry run where nothing can run it', async () => {
  const { ask } = await startSubscriptions();
  const { status } = await ask('POST', '/subscriptions/_test', { body: {} });
  expect([404, 405]).toContain(status);
});

it('says 503 when subscriptions cannot be kept', async () => {
  const { ask, store } = await startSubscriptions();
  await store.close();
  const { status, body, headers } = await ask('POST', '/subscriptions', { body: draft() });
  expect([status, body.error, headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '1']);
  expect((await ask('GET', '/subscriptions')).status).toBe(503);
});

it('refuses bodies that are too long', async () => {
  const { ask } = await startSubscriptions();
  const body = draft({ userMetadatas: { long: 'x'.repeat(1024 * 1024) } });
  const answer = await ask('POST', '/subscriptions', { body });
  expect([answer.status, answer.body.error]).toEqual([413, 'TOO_LARGE']);
});
