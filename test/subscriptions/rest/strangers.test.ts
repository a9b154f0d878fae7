import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Principal, ROLES, type Role } from '../../../src/principal.ts';
import {
  SUBSCRIPTION_ROUTES,
  type SubscriptionRoute,
} from '../../../src/subscriptions/rest/route-table.ts';
import { draft, type ServerOptions, startSubscriptions } from './subscription-server.ts';

/** In every text of ada's subscription. */
const SECRET = 'adas-secret';
const ADA = draft({
  created_by: 'ada',
  title: SECRET,
  subscription: {
    trigger: { job: [SECRET] },
    callback: `https://example.org/${SECRET}`,
    hits: { filter: `f=a:eq:${SECRET}`, projection: `include=${SECRET}` },
  },
  userMetadatas: { [SECRET]: SECRET },
});
const EVENT = { object: { id: 'x' } };

const IDENTITY = { identity: { header: 'arlas-user', admin: 'admin' } };
const ROWS = { rowFilterHeader: 'partition-filter' };
const principal = (name: string, ...roles: Role[]): Principal => ({
  ...{ name, roles: new Set(roles), index: '*', rowFilter: null },
});
const TOKENS = {
  principals: {
    ada: principal('ada', 'register'),
    eve: principal('eve', 'register'),
    admin: principal('admin', 'register'),
    proxy: principal('proxy', ...ROLES),
  },
};

type Headers = Readonly<Record<string, string>>;
interface Setting {
  readonly options: ServerOptions;
  readonly ada: Headers;
  /** Who may not see ada's, on the paths of users and on those of administrators. */
  readonly strangers: readonly Headers[];
  /** Those who are kept off the paths of administrators. */
  readonly users: readonly Headers[];
}

const as = (token: string, user?: string): Headers => ({
  authorization: token,
  'partition-filter': '*',
  ...(user === undefined ? {} : { 'arlas-user': user }),
});
const byHeader = (user: string): Headers => ({ 'arlas-user': user, 'partition-filter': '*' });
const own = (token: string, user?: string): Headers => {
  const { 'partition-filter': _, ...headers } = as(token, user);
  return headers;
};

const SETTINGS: Readonly<Record<string, Setting>> = {
  "a proxy's header": {
    options: { ...IDENTITY, ...ROWS },
    ada: byHeader('ada'),
    strangers: [...['eve', 'ADA', 'ad', 'ada,eve', 'admin', 'adä', ' '].map(byHeader), {}],
    users: ['ada', 'eve', 'ADMIN', 'admin,eve'].map(byHeader),
  },
  tokens: {
    options: TOKENS,
    ada: as('ada'),
    strangers: [as('eve'), as('admin'), as('nobody'), {}, byHeader('ada'), as('eve', 'ada')],
    users: [as('ada'), as('eve'), as('admin'), as('nobody'), {}, as('eve', 'admin')],
  },
  'tokens and a header': {
    options: { ...TOKENS, ...IDENTITY, ...ROWS },
    ada: as('proxy', 'ada'),
    strangers: [
      ...[as('eve'), as('eve', 'ada'), as('eve', 'eve'), own('eve'), own('eve', 'ada')],
      ...[own('eve', 'eve'), own('admin'), own('ada', 'eve'), as('nobody', 'ada'), {}],
      ...[as('proxy'), as('proxy', 'eve'), as('proxy', 'admin'), byHeader('ada')],
    ],
    users: [
      ...[own('ada'), own('eve'), own('admin'), own('admin', 'admin'), own('eve', 'admin')],
      ...[as('proxy', 'ada'), as('proxy', 'eve'), as('nobody', 'admin'), byHeader('admin'), {}],
    ],
  },
};

/** What may be sent to a route about one of ada's. */
function bodiesFor({ operation }: SubscriptionRoute, id: string): readonly unknown[] {
  switch (operation) {
    case 'create':
      return [ADA];
    case 'replace':
      return [ADA, draft({ created_by: 'eve' }), { ...ADA, id, deleted: false }];
    case 'test':
      return [
        { id, event: EVENT },
        { subscription: ADA, event: EVENT },
        { id, event: EVENT, document: { created_by: 'eve' } },
      ];
    default:
      return [undefined];
  }
}

async function withAdas({ options, ada }: Setting) {
  const tried: unknown[] = [];
  const server = await startSubscriptions({
    ...options,
    dryRun: async (subscription) => {
      tried.push(subscription);
      return { order: subscription };
    },
  });
  const make = async () => {
    const asked = await server.ask('POST', '/subscriptions', { headers: ada, body: ADA });
    expect(asked.status).toBe(201);
    return asked.body.id as string;
  };
  const [kept, deleted] = [await make(), await make()];
  await server.ask('DELETE', `/subscriptions/${deleted}`, { headers: ada });
  const states = () => Promise.all([kept, deleted].map((id) => server.store.get(id)));
  const before = await states();
  /** All that a caller is answered on the paths of users, or of administrators. */
  const walk = async (headers: Headers, isAdmin: boolean) => {
    const answers: { route: string; status: number; text: string }[] = [];
    for (const route of SUBSCRIPTION_ROUTES.filter((one) => one.isAdmin === isAdmin)) {
      for (const id of route.path.includes(':id') || route.operation === 'test'
        ? [kept, deleted]
        : [kept]) {
        for (const body of bodiesFor(route, id)) {
          const query = route.operation === 'list' ? '?created-by=ada&deleted=true&size=10000' : '';
          const path = `${route.path.replace(':id', id)}${query}`;
          const { status, text } = await server.ask(route.method, path, { headers, body });
          answers.push({ route: `${route.method} ${route.path}`, status, text });
        }
      }
    }
    return answers;
  };
  return { server, tried, kept, deleted, walk, before, states };
}

describe.each(Object.entries(SETTINGS))('with %s', (_, setting) => {
  it("shows strangers nothing of another's on any path, and lets them change nothing", async () => {
    const { walk, tried, before, states } = await withAdas(setting);
    for (const headers of setting.strangers) {
      for (const { route, status, text } of await walk(headers, false)) {
        const allowed = route === 'GET /subscriptions' ? [200, 401, 403] : [401, 403, 404];
        expect([headers, route, allowed.includes(status), status]).toEqual([
          headers,
          route,
          true,
          status,
        ]);
        expect([headers, route, text.includes(SECRET)]).toEqual([headers, route, false]);
        if (status === 200) expect(JSON.parse(text)).toMatchObject({ total: 0, subscriptions: [] });
      }
      expect(await states()).toEqual(before);
    }
    expect(tried).toEqual([]);
  });

  it('keeps users off every path of administrators', async () => {
    const { walk, tried, before, states } = await withAdas(setting);
    for (const headers of setting.users) {
      for (const { route, status, text } of await walk(headers, true)) {
        // Without the proxy's header it is the server's own administrator, where there are no tokens.
        expect([headers, route, status]).toEqual([headers, route, status === 401 ? 401 : 403]);
        expect(text).not.toContain(SECRET);
      }
      expect(await states()).toEqual(before);
    }
    expect(tried).toEqual([]);
  });

  it('says of what belongs to another just what it says of nothing', async () => {
    const { server, kept, deleted } = await withAdas(setting);
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const headers of setting.strangers) {
      for (const route of SUBSCRIPTION_ROUTES.filter((one) => !one.isAdmin)) {
        if (!route.path.includes(':id') && route.operation !== 'test') continue;
        const answer = async (id: string) => {
          const body =
            route.operation === 'test'
              ? { id, event: EVENT }
              : route.operation === 'replace'
                ? draft({ created_by: 'eve' })
                : undefined;
          const path = route.path.replace(':id', id);
          const { status, text } = await server.ask(route.method, path, { headers, body });
          return [status, text.replaceAll(id, 'ID')];
        };
        const nothing = await answer(unknown);
        expect(await answer(kept)).toEqual(nothing);
        expect(await answer(deleted)).toEqual(nothing);
      }
    }
  });

  it('shows users their own, and nothing that they have deleted', async () => {
    const { server, walk, kept, deleted, states } = await withAdas(setting);
    const { ada: headers } = setting;
    const list = await server.ask('GET', '/subscriptions?deleted=true', { headers });
    expect(list.body.subscriptions.map(({ id }: { id: string }) => id)).toEqual([kept]);
    expect(list.text).not.toContain(deleted);
    const path = `/subscriptions/${deleted}`;
    for (const [method, body, status] of [
      ['GET', undefined, 404],
      ['PUT', ADA, 404],
      // May be repeated.
      ['DELETE', undefined, 202],
    ] as const) {
      const asked = await server.ask(method, path, { headers, body });
      expect([method, asked.status]).toEqual([method, status]);
    }
    const given = await server.ask('PUT', `/subscriptions/${kept}`, {
      headers,
      body: draft({ created_by: 'eve' }),
    });
    expect(given.status).toBe(403);
    const [mine, gone] = await states();
    expect([mine!.created_by, mine!.deleted, gone!.deleted]).toEqual(['ada', false, true]);
    const answers = await walk(headers, false);
    for (const { text } of answers) expect(text).not.toContain('"estrom"');
    for (const { text } of answers) expect(text).not.toMatch(/"href":"[^"]*admin/);
  });
});

it.each(['arlas-user', 'partition-filter', 'ARLAS-USER'])(
  'believes no %s that comes twice, on no path that it counts on',
  async (name) => {
    const setting = SETTINGS["a proxy's header"]!;
    const { server, kept, before, states } = await withAdas(setting);
    const port = Number(new URL(server.url).port);
    const isRows = name === 'partition-filter';
    for (const route of SUBSCRIPTION_ROUTES) {
      const writes = ['create', 'replace'].includes(route.operation);
      if (isRows && (!writes || route.isAdmin)) continue;
      const body = JSON.stringify(bodiesFor(route, kept)[0] ?? null);
      const socket = connect(port, '127.0.0.1');
      const twice = isRows ? ['team:a', '*'] : ['ada', 'eve'];
      socket.end(
        [
          `${route.method} ${route.path.replace(':id', kept)} HTTP/1.1`,
          'host: 127.0.0.1',
          'connection: close',
          ...(isRows ? ['arlas-user: ada'] : ['partition-filter: *']),
          ...twice.map((value) => `${name}: ${value}`),
          ...(route.method === 'GET' ? ['', ''] : [`content-length: ${body.length}`, '', body]),
        ].join('\r\n'),
      );
      let answer = '';
      for await (const chunk of socket) answer += chunk;
      expect([route.path, answer.split('\r\n', 1)[0]]).toEqual([
        route.path,
        'HTTP/1.1 401 Unauthorized',
      ]);
      expect(answer).not.toContain(SECRET);
    }
    expect(await states()).toEqual(before);
  },
);
