import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../../src/config-load.ts';
import { createServer } from '../../../src/http/server.ts';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import type { Principal } from '../../../src/principal.ts';
import type { SubscriptionDraft } from '../../../src/subscriptions/model.ts';
import {
  type SubscriptionRouteDeps,
  subscriptionRoutes,
} from '../../../src/subscriptions/rest/subscription-routes.ts';
import { SqliteSubscriptions } from '../../../src/subscriptions/sqlite/sqlite-subscriptions.ts';
import { arlasClients } from './arlas-client.ts';

export const HEADER = 'arlas-user';
export const ADMIN = 'admin';

export interface SubscriptionServer {
  readonly url: string;
  readonly store: SqliteSubscriptions;
  /** What the clock says, in epoch seconds. */
  time: number;
  /** A plain request; `user` goes into the identity header. */
  ask(method: string, path: string, ask?: Asking): Promise<Asked>;
  /** ARLAS's own clients. */
  clients(user?: string): ReturnType<typeof arlasClients>;
}

export interface Asking {
  readonly user?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests look into answers of all shapes.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
}

export interface ServerOptions extends Partial<SubscriptionRouteDeps> {
  /** Callers by their tokens, in the place of access control. */
  readonly principals?: Readonly<Record<string, Principal>>;
}

/** The routes on a real socket over a real store; it ends with the test. */
export async function startSubscriptions(options: ServerOptions = {}): Promise<SubscriptionServer> {
  const { principals, ...deps } = options;
  const folder = mkdtempSync(join(tmpdir(), 'estrom-subscriptions-'));
  const log = createLogger('silent');
  const { config } = loadConfig({ port: '0' }, {});
  const store = await SqliteSubscriptions.open({ folder, metrics: new Metrics(), log });
  const app = createServer(config, log);
  if (principals !== undefined) {
    app.decorateRequest('principal', null);
    app.addHook('onRequest', (request, _reply, done) => {
      request.principal = principals[request.headers.authorization ?? ''] ?? null;
      done();
    });
  }
  const server = { time: 1_700_000_000 };
  await subscriptionRoutes(app, { store, log, now: () => server.time, ...deps });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await app.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const base = `${url}${deps.prefix ?? ''}`;
  return Object.assign(server, {
    url,
    store,
    ask: (method: string, path: string, asking?: Asking) => ask(`${base}${path}`, method, asking),
    clients: (user?: string) => arlasClients(base, user === undefined ? {} : { [HEADER]: user }),
  });
}

async function ask(url: string, method: string, asking: Asking = {}): Promise<Asked> {
  const { user, body, headers } = asking;
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(user === undefined ? {} : { [HEADER]: user }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

type Draft = SubscriptionDraft & { readonly expires_at: number };

/** A body as ARLAS's own tests send it. */
export function draft(change: Partial<Draft> = {}): Draft {
  const ring = [
    [-50, 50],
    [50, 50],
    [50, -50],
    [-50, -50],
    [-50, 50],
  ];
  return {
    created_by: 'gisaia',
    active: true,
    starts_at: 1_564_578_988,
    expires_at: 2_145_913_200,
    title: 'title',
    subscription: {
      trigger: {
        geometry: { type: 'Polygon', coordinates: [ring] },
        job: ['Actor'],
        event: ['UPDATE'],
        correlationId: '2007',
      },
      callback: 'callback',
      hits: { filter: 'filter', projection: 'projection' },
    },
    userMetadatas: { correlationId: '2007' },
    ...change,
  };
}
