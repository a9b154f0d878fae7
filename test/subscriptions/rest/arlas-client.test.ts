import { expect, it } from 'vitest';
import {
  DEFAULT_TEMPLATE,
  FilterTemplate,
} from '../../../src/subscriptions/matching/filter-template.ts';
import { compileSubscription } from '../../../src/subscriptions/matching/matcher-entry.ts';
import { compileTriggerSchema } from '../../../src/subscriptions/rest/trigger-schema.ts';
import { draft, startSubscriptions } from './subscription-server.ts';

const IDENTITY = { identity: { header: 'arlas-user', admin: 'admin' } };
const PREFIX = { prefix: '/arlas-subscriptions-manager' };

/** As ARLAS's clients refuse: with the answer itself. */
async function statusOf(promise: Promise<unknown>): Promise<number> {
  const error = await promise.then(
    () => null,
    (refusal: Response) => refusal,
  );
  return error?.status ?? 0;
}

it('makes, shows, replaces, lists and deletes for a user', async () => {
  const server = await startSubscriptions({ ...IDENTITY, ...PREFIX });
  const { user } = server.clients('gisaia');
  const made = await user.post1(draft());
  const { id, _links: links, ...rest } = made;
  expect(rest).toEqual({
    ...draft(),
    created_at: 1_700_000_000,
    modified_at: 1_700_000_000,
    created_by_admin: false,
    deleted: false,
  });
  expect(await user.get1(id!)).toEqual(made);
  server.time += 5;
  const put = await user.put1(id!, draft({ title: 'other', active: false }));
  expect(put).toMatchObject({ id, title: 'other', active: false, created_at: made.created_at });
  expect(put.modified_at).toBe(1_700_000_005);
  const list = await user.getAll1();
  expect(list).toMatchObject({ count: 1, total: 1, subscriptions: [put] });
  expect(Object.keys(links!).sort()).toEqual(['delete', 'list', 'self', 'update']);
  const gone = await user.delete1(id!);
  expect(gone).toMatchObject({ id, deleted: true });
  expect(await user.delete1(id!)).toEqual(gone);
  expect(await statusOf(user.get1(id!))).toBe(404);
  expect(await user.getAll1()).toMatchObject({ count: 0, total: 0, subscriptions: [] });
});

it('does the same for an administrator, who sees what is deleted too', async () => {
  const { clients } = await startSubscriptions({ ...IDENTITY, ...PREFIX });
  const { admin } = clients();
  const made = await admin.post(draft({ created_by: 'anybody' }));
  expect(made).toMatchObject({ created_by: 'anybody', created_by_admin: true });
  const id = made.id!;
  const put = await admin.put(id, draft({ created_by: 'somebody', title: 'new' }));
  expect(put).toMatchObject({ id, created_by: 'somebody', created_by_admin: true, title: 'new' });
  await admin._delete(id);
  expect(await admin._delete(id)).toMatchObject({ id, deleted: true });
  expect(await admin.get(id)).toMatchObject({ id, deleted: true });
  expect(await statusOf(admin.get(id, false))).toBe(404);
  expect(await statusOf(admin.put(id, draft()))).toBe(404);
  expect(await statusOf(admin.get('unknown'))).toBe(404);
  expect(await statusOf(admin._delete('unknown'))).toBe(404);
});

it('filters lists of administrators by each parameter', async () => {
  const server = await startSubscriptions(IDENTITY);
  const { admin } = server.clients();
  const { user } = server.clients('ada');
  const now = server.time;
  const one = await admin.post(draft({ starts_at: now, expires_at: now }));
  server.time += 10;
  const two = await user.post1(
    draft({ created_by: 'ada', active: false, starts_at: now + 100, expires_at: now + 200 }),
  );
  const three = await admin.post(draft({ created_by: 'bob' }));
  await admin._delete(three.id!);
  type Arguments = Parameters<typeof admin.getAll>;
  const ids = async (...args: Arguments) =>
    (await admin.getAll(...args)).subscriptions!.map(({ id }) => id).sort();
  const is = (...found: { id?: string }[]) => found.map(({ id }) => id).sort();
  const _ = undefined;
  expect(await ids()).toEqual(is(one, two, three));
  expect(await ids(now)).toEqual(is(one));
  expect(await ids(now - 1)).toEqual([]);
  expect(await ids(_, now + 10)).toEqual(is(two, three));
  expect(await ids(_, _, false)).toEqual(is(two));
  expect(await ids(_, _, true)).toEqual(is(one, three));
  expect(await ids(_, _, _, true)).toEqual(is(one, three));
  expect(await ids(_, _, _, false)).toEqual(is(two));
  expect(await ids(_, _, _, _, true)).toEqual(is(one));
  expect(await ids(_, _, _, _, false)).toEqual(is(two, three));
  expect(await ids(_, _, _, _, _, 'bob')).toEqual(is(three));
  expect(await ids(_, _, _, _, _, _, true)).toEqual(is(one, two, three));
  expect(await ids(_, _, _, _, _, _, false)).toEqual(is(one, two));
  expect(await ids(_, _, _, _, _, _, _, true)).toEqual(is(one, three));
  expect(await ids(_, _, _, _, _, _, _, false)).toEqual(is(two));
  expect(await ids(now + 10, now + 10, false, false, false, 'ada', false, false)).toEqual(is(two));
});

it('filters lists of users', async () => {
  const server = await startSubscriptions(IDENTITY);
  const { user } = server.clients('gisaia');
  const now = server.time;
  const one = await user.post1(draft({ expires_at: now - 1 }));
  server.time += 10;
  const two = await user.post1(draft({ active: false }));
  const ids = async (...args: Parameters<typeof user.getAll1>) =>
    (await user.getAll1(...args)).subscriptions!.map(({ id }) => id);
  expect(await ids()).toEqual([two.id, one.id]);
  expect(await ids(now)).toEqual([one.id]);
  expect(await ids(undefined, true)).toEqual([one.id]);
  expect(await ids(undefined, false)).toEqual([two.id]);
  expect(await ids(undefined, undefined, true)).toEqual([one.id]);
  expect(await ids(undefined, undefined, false)).toEqual([two.id]);
});

it('pages through a list by its links', async () => {
  const server = await startSubscriptions(PREFIX);
  const { user } = server.clients();
  for (let n = 0; n < 7; n++) {
    server.time++;
    await user.post1(draft({ title: `${n}` }));
  }
  const first = await user.getAll1(undefined, true, undefined, undefined, 3, 1);
  expect(first).toMatchObject({ count: 3, total: 7 });
  expect(Object.keys(first._links!)).toEqual(['self', 'next', 'last']);
  const list = `${server.url}/arlas-subscriptions-manager/subscriptions`;
  expect(first._links!['next']).toEqual({
    relation: 'next',
    href: `${list}?active=true&size=3&page=2`,
    type: 'application/json',
    method: 'GET',
  });
  const titles: string[] = [];
  let page = first;
  for (;;) {
    titles.push(...page.subscriptions!.map(({ title }) => title));
    const next = page._links!['next']?.href;
    if (next === undefined) break;
    page = (await (await fetch(next)).json()) as typeof first;
  }
  expect(titles).toEqual(['6', '5', '4', '3', '2', '1', '0']);
  expect(Object.keys(page._links!)).toEqual(['self', 'first', 'prev']);
  const last = (await (await fetch(first._links!['last']!.href)).json()) as typeof first;
  expect(last).toEqual(page);
});

it('takes the types of its names for metadata', async () => {
  const { clients } = await startSubscriptions();
  const { userMetadatas, ...rest } = draft();
  const made = await clients().user.post1({ ...rest, user_metadatas: { order: 7 } } as never);
  expect(made).toMatchObject({ userMetadatas: { order: 7 } });
  expect(userMetadatas).toBeDefined();
});

it("takes the body of ARLAS's own tests, and can match it", async () => {
  const template = new FilterTemplate(DEFAULT_TEMPLATE, { geometryKey: 'geometry' });
  const estrom = { revision: 1, principal: null, rowFilter: null };
  const unkept = { id: '', created_at: 0, modified_at: 0, created_by_admin: false, deleted: false };
  const { clients } = await startSubscriptions({
    checkDraft: (one) => {
      compileSubscription(template, { ...unkept, ...one, estrom }, { filter: null });
    },
  });
  const { user, admin } = clients();
  const { id, subscription } = await user.post1(draft());
  expect(subscription).toEqual(draft().subscription);
  expect(await user.put1(id!, draft())).toMatchObject({ title: 'title' });
  expect(await admin.post(draft())).toMatchObject({ created_by_admin: true });
});

it('refuses as ARLAS does, with a better word for a trigger', async () => {
  const schema = { type: 'object', properties: { job: { type: 'array' } } };
  const checkTrigger = compileTriggerSchema(schema, 'the schema');
  const { trigger: _, ...body } = draft().subscription;
  const bad = draft({ subscription: { ...body, trigger: { job: 'Aviator' } } });
  const server = await startSubscriptions({ ...IDENTITY, checkTrigger });
  const { user } = server.clients('gisaia');
  expect(await statusOf(user.post1(bad))).toBe(400);
  expect(await statusOf(user.post1({ created_by: 'gisaia' } as never))).toBe(400);
  expect(await statusOf(server.clients().user.post1(draft()))).toBe(401);
  expect(await statusOf(server.clients('admin').user.post1(draft()))).toBe(403);
  expect(await statusOf(server.clients('foo').user.post1(draft()))).toBe(403);
  const old = await startSubscriptions({ ...IDENTITY, checkTrigger, arlasCompat: true });
  expect(await statusOf(old.clients('gisaia').user.post1(bad))).toBe(503);
  expect(await statusOf(old.clients('gisaia').user.post1({ created_by: 'gisaia' } as never))).toBe(
    400,
  );
});
