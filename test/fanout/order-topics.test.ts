import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TokenAccess } from '../../src/access/token-access.ts';
import { type OrderRights, OrderTopics, orderTopic } from '../../src/fanout/order-topics.ts';
import { createLogger } from '../../src/log.ts';
import type { Principal } from '../../src/principal.ts';
import { errorOf, SERIALIZERS, type SerializerName, WampClient } from '../contract/wamp-client.ts';
import { SocketServer } from './websocket/socket-server.ts';

const ANNS = '0b7a5f2e-1111-4222-8333-444455556666';
const BENS = '0b7a5f2e-1111-4222-8333-444455557777';
const NOBODYS = '0b7a5f2e-1111-4222-8333-444455558888';

/** Owners of subscriptions, as a store would tell. */
class Owners implements OrderRights {
  readonly of = new Map([
    [ANNS, 'ann'],
    [BENS, 'ben'],
  ]);
  readonly #listeners: ((subscriptionId: string) => void)[] = [];
  /** What a question waits for before it is answered. */
  gate: Promise<void> = Promise.resolve();

  async mayReceive(subscriptionId: string, { name, roles }: Principal): Promise<boolean> {
    const owner = this.of.get(subscriptionId);
    await this.gate;
    return owner !== undefined && (roles.has('admin') || owner === name);
  }

  onChange(listener: (subscriptionId: string) => void): void {
    this.#listeners.push(listener);
  }

  give(subscriptionId: string, owner: string): void {
    this.of.set(subscriptionId, owner);
    for (const listener of this.#listeners) listener(subscriptionId);
  }
}

let folder: string;
let owners: Owners;
let orders: OrderTopics;
let server: SocketServer;
let clients: WampClient[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-order-topics-'));
  const entries = [
    { name: 'ann', token: 'of-ann', roles: ['tail'] },
    // Whose orders they are matters, not what else may be done.
    { name: 'ben', token: 'of-ben', roles: ['ingest'] },
    { name: 'root', token: 'of-root', roles: ['admin'] },
    { name: 'both', token: 'of-root-and-tail', roles: ['admin', 'tail'] },
  ];
  writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ tokens: entries }));
  const access = new TokenAccess(join(folder, 'tokens.json'), createLogger('silent'));
  owners = new Owners();
  clients = [];
  server = new SocketServer({ outbox: 256 * 1024 }, access, true, ({ hub }) => {
    orders = new OrderTopics({ hub, rights: owners });
    return orders;
  });
  await server.listen();
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close().catch(() => {})));
  await server.close();
  rmSync(folder, { recursive: true });
});

async function joinAs(name: string, serializer: SerializerName = 'json'): Promise<WampClient> {
  const client = await WampClient.open(server.wamp, serializer, {
    authmethods: ['ticket'],
    authid: name,
    onchallenge: () => `of-${name}`,
  });
  clients.push(client);
  return client;
}

function messages(count: number, from = 0, pad = 0) {
  return Array.from({ length: count }, (_, k) => {
    const message = `{"n":${from + k},"big":12345678901234567890,"é":"${'x'.repeat(pad)}"}`;
    return { seq: from + k, message };
  });
}

const numbers = (records: readonly unknown[]) => records.map((one) => (one as { n: number }).n);
const range = (count: number, from = 0) => Array.from({ length: count }, (_, k) => from + k);

describe('topics of orders', () => {
  it.each(Object.keys(SERIALIZERS) as SerializerName[])(
    'bring the orders of a subscription to its owner, in %s',
    async (serializer) => {
      const ann = await joinAs('ann', serializer);
      const events = await ann.subscribe(orderTopic(ANNS));
      expect(await orders.publish(ANNS, messages(3))).toEqual([true, true, true]);
      const [first] = await events.reached(3);
      expect(first).toMatchObject({ n: 0, é: '' });
      expect(numbers(events.records)).toEqual([0, 1, 2]);
      await events.unsubscribe();
      expect(await orders.publish(ANNS, messages(1))).toEqual([
        `nobody listens to ${orderTopic(ANNS)}`,
      ]);
    },
  );

  it('take nothing while nobody listens, and tell when somebody does', async () => {
    const heard: string[] = [];
    orders.onListener((id) => heard.push(id));
    expect(await orders.publish(ANNS, messages(2))).toEqual([
      expect.stringContaining('nobody'),
      expect.stringContaining('nobody'),
    ]);
    const ann = await joinAs('ann');
    const events = await ann.subscribe(orderTopic(ANNS));
    expect(heard).toEqual([ANNS]);
    expect(await orders.publish(ANNS, messages(2))).toEqual([true, true]);
    expect(numbers(await events.reached(2))).toEqual([0, 1]);
    await ann.close();
    await expect
      .poll(async () => (await orders.publish(ANNS, messages(1)))[0])
      .toContain('nobody listens');
  });

  it('are their owners alone, and administrators may listen', async () => {
    const [ann, ben, root] = await Promise.all([joinAs('ann'), joinAs('ben'), joinAs('root')]);
    for (const topic of [BENS, NOBODYS].map(orderTopic)) {
      expect((await errorOf(ann.subscribe(topic))).error).toBe('estrom.error.not_found');
    }
    const events = await Promise.all([
      ann.subscribe(orderTopic(ANNS)),
      root.subscribe(orderTopic(ANNS)),
      ben.subscribe(orderTopic(BENS)),
    ]);
    await orders.publish(ANNS, messages(1, 7));
    await orders.publish(BENS, messages(1, 8));
    expect(numbers((await Promise.all(events.map((one) => one.reached(1)))).flat())).toEqual([
      7, 7, 8,
    ]);
  });

  it('cannot be had by prefix, by wildcard, by another name or by publishing', async () => {
    const root = await joinAs('root');
    for (const match of ['prefix', 'wildcard']) {
      for (const topic of ['orders-for-', orderTopic(ANNS), 'orders-for-.', '.']) {
        const { error } = await errorOf(root.subscribe(topic, { match }));
        expect(error).toBe('wamp.error.option_not_allowed');
      }
    }
    const names = ['', ANNS.toUpperCase(), `${ANNS}0`, `${ANNS} `, `/${ANNS}`];
    for (const topic of names.map(orderTopic)) {
      const { error } = await errorOf(root.subscribe(topic));
      expect(error).toMatch(/no_such_topic|not_authorized/);
    }
    for (const options of [{ x_on_slow: 'block' }, { x_after: 'e1-0' }]) {
      const { error } = await errorOf(root.subscribe(orderTopic(ANNS), options));
      expect(error).toBe('wamp.error.invalid_argument');
    }
    const publication = root.session.publish(orderTopic(ANNS), [1], {}, { acknowledge: true });
    expect((await errorOf(Promise.resolve(publication))).error).toBe('wamp.error.not_authorized');
  });

  it('end for who has lost the subscription to somebody else, also just now', async () => {
    const [ann, root] = await Promise.all([joinAs('ann'), joinAs('root')]);
    await ann.subscribe(orderTopic(ANNS));
    const events = await root.subscribe(orderTopic(ANNS));
    owners.give(ANNS, 'ben');
    await ann.ended;
    expect(await orders.publish(ANNS, messages(1))).toEqual([true]);
    expect(numbers(await events.reached(1))).toEqual([0]);
    // While it is asked whether she may, it changes.
    const late = await joinAs('ann');
    owners.give(ANNS, 'ann');
    const gate = Promise.withResolvers<void>();
    owners.gate = gate.promise;
    const subscribed = errorOf(late.subscribe(orderTopic(ANNS)));
    await new Promise((resolve) => setImmediate(resolve));
    await late.session.call('estrom.register_query').catch(() => {});
    owners.give(ANNS, 'ben');
    gate.resolve();
    expect((await subscribed).error).toBe('estrom.error.not_found');
  });

  it('lose nothing where somebody reads slowly: what has no room is not taken', async () => {
    const ann = await joinAs('ann');
    const events = await ann.subscribe(orderTopic(ANNS));
    let from = 0;
    // Five megabytes through an outbox of 256 KiB.
    while (from < 2500) {
      const outcomes = await orders.publish(ANNS, messages(Math.min(100, 2500 - from), from, 2000));
      const refused = outcomes.findIndex((outcome) => outcome !== true);
      expect(refused === -1 ? [] : outcomes.slice(refused)).not.toContain(true);
      from += refused === -1 ? outcomes.length : refused;
    }
    expect(numbers(await events.reached(2500))).toEqual(range(2500));
  });

  it('are not taken when the last who listens leaves before they are handed out', async () => {
    const ann = await joinAs('ann');
    await ann.subscribe(orderTopic(ANNS));
    const published = orders.publish(ANNS, messages(2));
    server.cutConnections();
    expect(await published).toEqual([
      expect.stringContaining('nobody'),
      expect.stringContaining('nobody'),
    ]);
  });

  it('are not shed for hits that come by the same connection', async () => {
    const socket = new WebSocket(server.wamp, 'wamp.2.json', {
      headers: { authorization: 'Bearer of-root-and-tail' },
    });
    const seen: unknown[][] = [];
    const answered = async (type: number): Promise<void> => {
      await expect.poll(() => seen.some(([code]) => code === type)).toBe(true);
    };
    socket.on('message', (data) => seen.push(JSON.parse(String(data)) as unknown[]));
    await once(socket, 'open');
    socket.send(JSON.stringify([1, 'estrom', { roles: { subscriber: {} } }]));
    await answered(2);
    socket.send(JSON.stringify([32, 1, {}, 'docs-for-q1']));
    socket.send(JSON.stringify([32, 2, {}, orderTopic(ANNS)]));
    await expect.poll(() => seen.filter(([code]) => code === 33).length).toBe(2);
    socket.pause();
    // Until the connection takes no more.
    while (server.hub.stats.outboxes.bytes === 0) {
      server.publish(1, 4000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await orders.publish(ANNS, messages(2, 0, 1000))).toEqual([true, true]);
    await server.publishAll(200, 1, 4000);
    socket.resume();
    const topic = seen.filter(([code, request]) => code === 33 && request === 2)[0]![2];
    const told = () => seen.filter(([code, id]) => code === 36 && id === topic);
    await expect.poll(() => told().length).toBe(2);
    expect(numbers(told().map(([, , , , args]) => (args as unknown[])[0]))).toEqual([0, 1]);
    expect(server.hub.stats.outboxes.shed.slow).toBeGreaterThan(0);
    socket.close();
  });

  it('do not move the positions of hits, and are not kept in rings', async () => {
    const ann = await joinAs('ann');
    await ann.subscribe(orderTopic(ANNS));
    const { position } = server.hub;
    await orders.publish(ANNS, messages(10, 1_000_000));
    expect(server.hub.position).toEqual(position);
    await expect.poll(() => server.hub.isIdle).toBe(true);
    expect(await server.metrics.registry.metrics()).toMatch(/estrom_ring_bytes 0\n/);
  });
});
