import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Config } from '../../../src/config.ts';
import { SocketServer } from './socket-server.ts';

let server: SocketServer;
const start = async (overrides: Partial<Config> = {}) => {
  server = await new SocketServer(overrides).listen();
};
beforeEach(() => start());
afterEach(() => server.close());

interface TailRecord {
  readonly _id?: string;
  readonly _gap?: { readonly count: number; readonly reason: string };
}

/** The server may learn of an end a little later than the client. */
async function metricIs(name: string, value: number): Promise<void> {
  while ((await server.metric(name)) !== value) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

class SocketTail {
  readonly records: TailRecord[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly socket: WebSocket;
  #wake = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data, isBinary) => {
      expect(isBinary).toBe(false);
      this.records.push(JSON.parse(String(data)));
      this.#wake();
    });
    this.closed = once(socket, 'close').then(([code, reason]) => ({
      code,
      reason: String(reason),
    }));
  }

  static async open(path: string): Promise<SocketTail> {
    const tail = new SocketTail(new WebSocket(`ws://127.0.0.1:${server.port}${path}`));
    await once(tail.socket, 'open');
    return tail;
  }

  async until(isThere: (records: readonly TailRecord[]) => boolean): Promise<void> {
    while (!isThere(this.records)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

describe('a plain WebSocket tail', () => {
  it.each(['/ws', '/api/v0.1/docs'])(
    'gets one hit a message, and ends at its limit (%s)',
    async (path) => {
      const tail = await SocketTail.open(`${path}?q=3&limit=250`);
      const released = server.queries.nextRelease();
      for (let k = 0; k < 400; k++) {
        server.publish(3);
        server.publish(4);
      }
      expect(await tail.closed).toEqual({ code: 1000, reason: 'limit' });
      expect(tail.records.map(({ _id }) => _id)).toEqual(
        Array.from({ length: 250 }, (_, k) => `d${2 * k}`),
      );
      expect(server.hub.stats.delivered).toBe(250);
      await released;
    },
  );

  it.each([1, 100, 125, 126, 65_535, 65_536, 200_000])(
    'gets hits of about %i bytes',
    async (bytes) => {
      const tail = await SocketTail.open('/ws?q=3&limit=2');
      server.publish(3, bytes);
      server.publish(3, bytes);
      await tail.closed;
      expect(tail.records).toHaveLength(2);
    },
  );

  it('ends at its time-out', async () => {
    const tail = await SocketTail.open('/ws?q=3&timeout=20ms');
    expect(await tail.closed).toEqual({ code: 1000, reason: 'timeout' });
  });

  it('gets what waits, then 1001, when estrom stops', async () => {
    const tail = await SocketTail.open('/ws?q=3');
    for (let k = 0; k < 10; k++) server.publish(3);
    await server.close();
    expect(await tail.closed).toEqual({ code: 1001, reason: 'drain' });
    expect(tail.records).toHaveLength(10);
  });

  it('is not disturbed by what it says, unless that is too long', async () => {
    const tail = await SocketTail.open('/ws?q=3');
    tail.socket.send('hello');
    tail.socket.send(Buffer.from([1, 2, 3]));
    server.publish(3);
    await tail.until((records) => records.length === 1);
    tail.socket.send('x'.repeat(70_000));
    expect((await tail.closed).code).toBe(1009);
  });

  it('resumes behind a position', async () => {
    await server.close();
    await start({ topicLinger: 60_000 });
    const tail = await SocketTail.open('/ws?q=3&limit=5');
    for (let k = 0; k < 10; k++) server.publish(3);
    await tail.closed;
    const back = await SocketTail.open('/ws?q=3&limit=8&after=e1-4');
    for (let k = 0; k < 3; k++) server.publish(3);
    await back.closed;
    expect(back.records.map(({ _id }) => _id)).toEqual(
      Array.from({ length: 8 }, (_, k) => `d${5 + k}`),
    );
  });

  it('accounts for every hit: delivered, shed, or left', async () => {
    await server.close();
    await start({ outbox: 64 * 1024 });
    const stuck = await SocketTail.open('/ws?q=3');
    stuck.socket.pause();
    await server.publishAll(2000, 3, 10_000);
    const { stats } = server.hub;
    expect(stats.outboxes.shed.slow).toBeGreaterThan(0);
    expect(stats.outboxes.bytes).toBeLessThanOrEqual(64 * 1024 + 16 * 1024);
    const last = (records: readonly TailRecord[]) => records.at(-1)?._id === 'd1999';
    stuck.socket.resume();
    await stuck.until(last);
    const gaps = stuck.records.filter(({ _gap }) => _gap !== undefined);
    const lost = gaps.reduce((sum, { _gap }) => sum + _gap!.count, 0);
    expect(stuck.records.length - gaps.length + lost).toBe(2000);
    expect(stats.delivered + stats.outboxes.shed.slow + stats.left).toBe(2000);
    expect(stats.outboxes.bytes).toBe(0);
  });

  it('holds the publisher instead of shedding if it chose to', async () => {
    await server.close();
    await start({ outbox: 64 * 1024 });
    const tail = await SocketTail.open('/ws?q=3&on_slow=block&limit=2000');
    tail.socket.pause();
    const published = server.publishAll(2000, 3, 10_000);
    while (server.hub.pressure.blocked === 0) await new Promise((resolve) => setImmediate(resolve));
    tail.socket.resume();
    await published;
    await tail.closed;
    expect(tail.records).toHaveLength(2000);
    expect(server.hub.stats.outboxes.shed.slow).toBe(0);
  });

  it('is cut when it asked to be closed rather than lose anything, with the gap at the end', async () => {
    await server.close();
    await start({ outbox: 64 * 1024 });
    const tail = await SocketTail.open('/ws?q=3&on_slow=close');
    tail.socket.pause();
    await server.publishAll(2000, 3, 10_000);
    tail.socket.resume();
    expect(await tail.closed).toEqual({ code: 1008, reason: 'slow' });
    expect(tail.records.at(-1)?._gap?.reason).toBe('closed');
  });
});

describe('pings', () => {
  it('keep a peer that answers, and cut one that does not', async () => {
    await server.close();
    await start({ heartbeat: 100 });
    const deaf = new WebSocket(`${server.wamp}?q=3`, { autoPong: false });
    const well = await SocketTail.open('/ws?q=3');
    let pings = 0;
    well.socket.on('ping', () => pings++);
    const begun = performance.now();
    await once(deaf, 'close');
    expect(performance.now() - begun).toBeGreaterThan(190);
    expect(pings).toBeGreaterThanOrEqual(2);
    expect(well.socket.readyState).toBe(WebSocket.OPEN);
    await metricIs('estrom_disconnects_total{reason="unanswered"}', 1);
  });

  it('cut a session that says nothing and answers nothing', async () => {
    await server.close();
    await start({ heartbeat: 100 });
    const silent = new WebSocket(server.wamp, 'wamp.2.json', { autoPong: false });
    await once(silent, 'close');
    await metricIs('estrom_wamp_sessions{serializer="json"}', 0);
  });
});
