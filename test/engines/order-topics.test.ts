import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TokenAccess } from '../../src/access/token-access.ts';
import { loadConfig } from '../../src/config-load.ts';
import { CrossbarLink } from '../../src/crossbar/link.ts';
import { CrossbarOrders } from '../../src/fanout/crossbar/crossbar-orders.ts';
import { serveProcedures } from '../../src/fanout/crossbar/procedures.ts';
import { orderTopic } from '../../src/fanout/order-topics.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import type { KeptSubscription } from '../../src/subscriptions/model.ts';
import {
  makeOrder,
  type NotificationOrder,
  orderTail,
} from '../../src/subscriptions/orders/order.ts';
import { OrderOutbox } from '../../src/subscriptions/orders/order-outbox.ts';
import {
  mayReceiveOrders,
  WAMP_CALLBACK,
  WampOrderSink,
} from '../../src/subscriptions/orders/wamp-order-sink.ts';
import { SqliteSubscriptions } from '../../src/subscriptions/sqlite/sqlite-subscriptions.ts';
import { type EventRecord, errorOf, WampClient } from '../contract/wamp-client.ts';
import { subscriptionOf } from '../subscriptions/some-subscriptions.ts';
import { Crossbar } from './crossbar.ts';

const ANNS = '0b7a5f2e-1111-4222-8333-444455556666';
const BENS = '0b7a5f2e-1111-4222-8333-444455557777';
const REFUSED = 'wamp.error.not_authorized';
const soon = { timeout: 60_000, interval: 20 };
const log = createLogger('silent');

const folder = mkdtempSync(join(tmpdir(), 'estrom-order-topics-'));
let crossbar: Crossbar;
let link: CrossbarLink;
let store: SqliteSubscriptions;
let outbox: OrderOutbox;

/** A node of estrom as far as orders go. */
beforeAll(async () => {
  crossbar = await Crossbar.start({ auth: 'ticket', subscribers: 'authenticated' });
  const tokens = join(folder, 'tokens.json');
  const entries = [
    { name: 'ann', token: 'of-ann', roles: ['tail'] },
    { name: 'ben', token: 'of-ben', roles: ['tail'] },
    { name: 'root', token: 'of-root', roles: ['tail', 'admin'] },
  ];
  writeFileSync(tokens, JSON.stringify({ tokens: entries }));
  const { config } = loadConfig(
    {
      crossbar: crossbar.backend,
      crossbarAuth: 'ticket',
      crossbarSecret: Crossbar.secret,
      crossbarAckTimeout: '1s',
    },
    {},
  );
  link = new CrossbarLink({ config, log, metrics: new Metrics() });
  link.start();
  await link.ready();
  store = await SqliteSubscriptions.open({ folder, metrics: new Metrics(), log });
  await store.insert(subscription(ANNS, 'ann'));
  await store.insert(subscription(BENS, 'ben'));
  await serveProcedures({
    ...{ link, log },
    access: new TokenAccess(tokens, log),
    mayAttach: () => false,
    registerQuery: () => Promise.reject(new Error('not here')),
    expect: () => {},
    orders: {
      mayReceive: (id, caller) => mayReceiveOrders(store, id, caller, false),
      onChange: (listener) => store.onChange(({ id }) => listener(id)),
    },
  });
  const routers = [new CrossbarOrders(link)];
  outbox = await OrderOutbox.open({
    file: join(folder, 'orders.sqlite'),
    sinks: [new WampOrderSink({ routers })],
    metrics: new Metrics(),
    log,
  });
});

afterAll(async () => {
  await outbox.close();
  await link.close();
  await store.close();
  await crossbar.stop();
  rmSync(folder, { recursive: true });
});

function subscription(id: string, owner: string, revision = 1): KeptSubscription {
  const whole = subscriptionOf({ id }, { created_by: owner });
  return {
    ...whole,
    subscription: { ...whole.subscription, callback: WAMP_CALLBACK },
    estrom: { revision, principal: null, rowFilter: null },
  };
}

function order(position: string, id = ANNS, head = '{'): NotificationOrder {
  const of = subscription(id, 'ann');
  return makeOrder(head, position, null, of, orderTail(of));
}

const orders = (count: number, prefix: string, id = ANNS) =>
  Array.from({ length: count }, (_, k) => order(`${prefix}${k}`, id));
const idsOf = (records: readonly EventRecord[]) =>
  records.map((one) => (one as { order_id?: string }).order_id);
const wanted = (made: readonly NotificationOrder[]) => made.map(({ orderId }) => orderId);

const joinAs = (name: string): Promise<WampClient> =>
  WampClient.open(crossbar.url, 'json', {
    authmethods: ['ticket'],
    authid: name,
    onchallenge: () => `of-${name}`,
  });

describe('topics of orders at Crossbar.io', () => {
  it('bring orders to their owner and to administrators, once each', async () => {
    const [ann, root] = await Promise.all([joinAs('ann'), joinAs('root')]);
    const events = await Promise.all([ann, root].map((one) => one.subscribe(orderTopic(ANNS))));
    const made = orders(300, 'a');
    await outbox.add(made);
    for (const one of events) expect(idsOf(await one.reached(300))).toEqual(wanted(made));
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    await Promise.all([ann.close(), root.close()]);
  });

  it('cannot be had by others, by prefix, by wildcard or by another name, nor published to', async () => {
    const [ann, ben, root] = await Promise.all([joinAs('ann'), joinAs('ben'), joinAs('root')]);
    expect((await errorOf(ben.subscribe(orderTopic(ANNS)))).error).toBe(REFUSED);
    expect((await errorOf(ann.subscribe(orderTopic(BENS)))).error).toBe(REFUSED);
    const unknown = ANNS.replace('0b', '0c');
    for (const id of [unknown, '', ANNS.toUpperCase(), `${ANNS}0`, `${ANNS}.x`]) {
      const { error } = await errorOf(root.subscribe(orderTopic(id)));
      expect(error).toBe(REFUSED);
    }
    for (const match of ['prefix', 'wildcard']) {
      for (const topic of ['orders-for-', orderTopic(BENS), 'orders-for-.', '.', 'orders', '']) {
        for (const client of [ann, root]) {
          const { error } = await errorOf(client.subscribe(topic, { match }));
          expect(error).toMatch(/not_authorized|invalid_uri/);
        }
      }
    }
    const publication = root.session.publish(orderTopic(ANNS), [1], {}, { acknowledge: true });
    expect((await errorOf(Promise.resolve(publication))).error).toBe(REFUSED);
    const registration = root.session.register(orderTopic(ANNS), () => 1);
    expect((await errorOf(Promise.resolve(registration))).error).toBe(REFUSED);
    await Promise.all([ann.close(), ben.close(), root.close()]);
  });

  it('bring what Crossbar.io would choke on', async () => {
    const ann = await joinAs('ann');
    const events = await ann.subscribe(orderTopic(ANNS));
    const nasty = [
      `{"n":${'9'.repeat(5000)},`,
      '{"t":"\\ud800",',
      '{"x":1e999,"big":12345678901234567890,',
      `{"deep":${'['.repeat(200)}${']'.repeat(200)},`,
      '{"nul":"a\\u0000b",',
    ].map((head, k) => order(`nasty${k}`, ANNS, head));
    await outbox.add(nasty);
    expect(idsOf(await events.reached(nasty.length))).toEqual(wanted(nasty));
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    await ann.close();
  });

  it('end for who has lost the subscription to somebody else', async () => {
    const [ann, root] = await Promise.all([joinAs('ann'), joinAs('root')]);
    await ann.subscribe(orderTopic(ANNS));
    const events = await root.subscribe(orderTopic(ANNS));
    expect(await store.replace(subscription(ANNS, 'ben', 2))).toBe(true);
    await ann.ended;
    const again = await joinAs('ann');
    expect((await errorOf(again.subscribe(orderTopic(ANNS)))).error).toBe(REFUSED);
    await outbox.add([order('given')]);
    expect(idsOf(await events.reached(1))).toEqual([order('given').orderId]);
    expect(await store.replace(subscription(ANNS, 'ann', 3))).toBe(true);
    await Promise.all([again.close(), root.close()]);
  });

  it('miss no order though the router stands still and the connection to it is lost', async () => {
    const ann = await joinAs('ann');
    const events = await ann.subscribe(orderTopic(ANNS));
    const made = orders(400, 'still');
    await outbox.add(made.slice(0, 200));
    crossbar.signal('SIGSTOP');
    await outbox.add(made.slice(200));
    await vi.waitFor(() => expect(link.isJoined).toBe(false), soon);
    crossbar.signal('SIGCONT');
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    // Those that were not acknowledged came again: with the same id.
    await vi.waitFor(
      () => expect(new Set(idsOf(events.records))).toEqual(new Set(wanted(made))),
      soon,
    );
    await ann.close();
  });

  it('take what waits when the router that was killed is back', async () => {
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    const { port } = crossbar;
    const first = await joinAs('ann');
    const before = await first.subscribe(orderTopic(ANNS));
    const made = orders(400, 'kill');
    await outbox.add(made.slice(0, 200));
    await before.reached(1);
    await crossbar.stop('SIGKILL');
    await first.ended;
    await outbox.add(made.slice(200));
    expect(outbox.pending).toBeGreaterThanOrEqual(200);
    crossbar = await Crossbar.start({ port, auth: 'ticket', subscribers: 'authenticated' });
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    expect(outbox.deadKept).toBe(0);
    const second = await joinAs('ann');
    const after = await second.subscribe(orderTopic(ANNS));
    await outbox.add(orders(10, 'after'));
    expect(idsOf(await after.reached(10))).toEqual(wanted(orders(10, 'after')));
    await second.close();
  });
});
