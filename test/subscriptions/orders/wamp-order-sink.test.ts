import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenAccess } from '../../../src/access/token-access.ts';
import { OrderTopics, orderTopic } from '../../../src/fanout/order-topics.ts';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import { EVERYBODY } from '../../../src/principal.ts';
import type { KeptSubscription } from '../../../src/subscriptions/model.ts';
import {
  makeOrder,
  type NotificationOrder,
  orderTail,
} from '../../../src/subscriptions/orders/order.ts';
import { OrderOutbox } from '../../../src/subscriptions/orders/order-outbox.ts';
import {
  mayReceiveOrders,
  type OrderRouter,
  WAMP_CALLBACK,
  WampOrderSink,
} from '../../../src/subscriptions/orders/wamp-order-sink.ts';
import { SqliteSubscriptions } from '../../../src/subscriptions/sqlite/sqlite-subscriptions.ts';
import { type EventRecord, errorOf, WampClient } from '../../contract/wamp-client.ts';
import { SocketServer } from '../../fanout/websocket/socket-server.ts';
import { subscriptionOf } from '../some-subscriptions.ts';

const ANNS = '0b7a5f2e-1111-4222-8333-444455556666';
const log = createLogger('silent');

let folder: string;
let store: SqliteSubscriptions;
let server: SocketServer;
let sink: WampOrderSink;
let outbox: OrderOutbox;
let metrics: Metrics;
let clients: WampClient[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-wamp-orders-'));
  const entries = ['ann', 'ben'].map((name) => ({ name, token: `of-${name}`, roles: ['tail'] }));
  writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ tokens: entries }));
  store = await SqliteSubscriptions.open({ folder, metrics: new Metrics(), log });
  clients = [];
  const access = new TokenAccess(join(folder, 'tokens.json'), log);
  server = new SocketServer({}, access, true, ({ hub }) => {
    const topics = new OrderTopics({
      hub,
      rights: {
        mayReceive: (id, caller) => mayReceiveOrders(store, id, caller, false),
        onChange: (listener) => store.onChange(({ id }) => listener(id)),
      },
    });
    sink = new WampOrderSink({ routers: [topics] });
    return topics;
  });
  await server.listen();
  outbox = await open();
  await store.insert(kept());
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close().catch(() => {})));
  await Promise.all([server.close(), outbox.close(), store.close()]);
  rmSync(folder, { recursive: true });
});

function open(routers?: readonly OrderRouter[]): Promise<OrderOutbox> {
  metrics = new Metrics();
  const sinks = [routers === undefined ? sink : new WampOrderSink({ routers })];
  return OrderOutbox.open({ file: join(folder, 'orders.sqlite'), sinks, metrics, log });
}

function kept(callback = WAMP_CALLBACK): KeptSubscription {
  const whole = subscriptionOf({ id: ANNS });
  return { ...whole, subscription: { ...whole.subscription, callback } };
}

function order(position: number, callback?: string): NotificationOrder {
  const subscription = kept(callback);
  return makeOrder('{"n":1,', String(position), null, subscription, orderTail(subscription));
}

const ids = (count: number) => Array.from({ length: count }, (_, k) => order(k).orderId);
const idsOf = (records: readonly EventRecord[]) =>
  records.map((one) => (one as { order_id?: string }).order_id);

async function joinAs(name: string): Promise<WampClient> {
  const client = await WampClient.open(server.wamp, 'json', {
    authmethods: ['ticket'],
    authid: name,
    onchallenge: () => `of-${name}`,
  });
  clients.push(client);
  return client;
}

async function retried(least: number): Promise<void> {
  const count = async () => {
    const text = await metrics.registry.metrics();
    return Number(/estrom_order_outcomes_total\{outcome="retried"\} (\d+)/.exec(text)?.[1]);
  };
  await vi.waitFor(async () => expect(await count()).toBeGreaterThanOrEqual(least), {
    timeout: 20_000,
  });
}

describe('orders in WAMP topics', () => {
  it('come to the owner in their order', async () => {
    const events = await (await joinAs('ann')).subscribe(orderTopic(ANNS));
    await outbox.add([order(0), order(1)]);
    await outbox.add([order(2)]);
    expect(idsOf(await events.reached(3))).toEqual(ids(3));
    await vi.waitFor(() => expect(outbox.pending).toBe(0), 20_000);
  });

  it('wait for somebody to listen, and come at once then', async () => {
    await outbox.add(Array.from({ length: 50 }, (_, k) => order(k)));
    // All once, then one at a time: by then it would be left alone for two seconds or more.
    await retried(52);
    expect(outbox.pending).toBe(50);
    const began = performance.now();
    const events = await (await joinAs('ann')).subscribe(orderTopic(ANNS));
    await events.reached(50);
    expect(performance.now() - began).toBeLessThan(1900);
    expect(new Set(idsOf(events.records))).toEqual(new Set(ids(50)));
    await vi.waitFor(() => expect(outbox.pending).toBe(0), 20_000);
  });

  it('come after a restart too, as soon as somebody listens', async () => {
    await outbox.add([order(0), order(1)]);
    await retried(1);
    await outbox.close();
    outbox = await open();
    const events = await (await joinAs('ann')).subscribe(orderTopic(ANNS));
    expect(new Set(idsOf(await events.reached(2)))).toEqual(new Set(ids(2)));
  });

  it('of a subscription that was deleted meanwhile come to its owner', async () => {
    await outbox.add([order(0)]);
    await store.markDeleted(ANNS, 7);
    const [ann, ben] = await Promise.all([joinAs('ann'), joinAs('ben')]);
    expect((await errorOf(ben.subscribe(orderTopic(ANNS)))).error).toBe('estrom.error.not_found');
    const events = await ann.subscribe(orderTopic(ANNS));
    expect(idsOf(await events.reached(1))).toEqual(ids(1));
  });

  it('that were not delivered are those of the new owner', async () => {
    const ann = await joinAs('ann');
    await ann.subscribe(orderTopic(ANNS));
    const estrom = { revision: 2, principal: null, rowFilter: null };
    expect(await store.replace({ ...kept(), created_by: 'ben', estrom })).toBe(true);
    await ann.ended;
    await outbox.add([order(0)]);
    const events = await (await joinAs('ben')).subscribe(orderTopic(ANNS));
    expect(idsOf(await events.reached(1))).toEqual(ids(1));
  });

  it('cannot be sent to the topic of another subscription', async () => {
    const events = await (await joinAs('ann')).subscribe(orderTopic(ANNS));
    const callbacks = [`wamp:${orderTopic(ANNS)}`, 'wamp: ', 'Wamp:', '', 'https://x'];
    await outbox.add([...callbacks.map((callback, k) => order(k, callback)), order(7)]);
    expect(idsOf(await events.reached(1))).toEqual([order(7).orderId]);
    expect([...callbacks, WAMP_CALLBACK].filter((one) => sink.takes(one))).toEqual(['wamp:']);
    expect(outbox.pending).toBe(0);
  });

  it('are with the router that may be away before the one that is here gets them', async () => {
    const got: [string, number][] = [];
    const routerOf = (name: string, answer: () => true | string): OrderRouter => ({
      publish: async (_id, orders) => {
        return orders.map(({ seq }) => {
          const outcome = answer();
          if (outcome === true) got.push([name, seq]);
          return outcome;
        });
      },
    });
    let isAway = true;
    const first = routerOf('first', () => {
      if (isAway) throw new Error('the router is away');
      return true;
    });
    await outbox.close();
    const second = routerOf('second', () => true);
    outbox = await open([{ ...second, onListener: () => {} }, first]);
    await outbox.add([order(0)]);
    expect(got).toEqual([]);
    isAway = false;
    await vi.waitFor(() => expect(outbox.pending).toBe(0), { timeout: 10_000 });
    expect(got).toEqual([
      ['first', 1],
      ['second', 1],
    ]);
  });
});

describe('mayReceiveOrders', () => {
  it('is true of the owner, of administrators, and of everybody where nobody is told apart', async () => {
    const may = (name: string, roles: ('admin' | 'tail')[], id = ANNS) =>
      mayReceiveOrders(
        store,
        id,
        { name, roles: new Set(roles), index: '*', rowFilter: null },
        false,
      );
    expect(await may('ann', [])).toBe(true);
    expect(await may('ben', ['tail'])).toBe(false);
    expect(await may('ben', ['admin'])).toBe(true);
    expect(await may('ben', ['admin'], ANNS.replace('0b', '0c'))).toBe(false);
    expect(await mayReceiveOrders(store, ANNS, EVERYBODY, true)).toBe(true);
    // A proxy tells users apart, but this session did not say who it is.
    expect(await mayReceiveOrders(store, ANNS, EVERYBODY, false)).toBe(false);
    expect(await mayReceiveOrders(store, 'unknown', EVERYBODY, true)).toBe(false);
  });
});
