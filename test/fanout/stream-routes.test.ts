import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Config } from '../../src/config.ts';
import { FORMAT_NAMES } from '../../src/fanout/formats.ts';
import { account, closed, recordsOf } from './records.ts';
import { Reader, Server } from './tails.ts';

let server: Server;
const serve = async (overrides: Partial<Config> = {}) => {
  server = await new Server(overrides).listen();
  return server;
};
afterEach(() => server.close());

describe('a tail', () => {
  it('delivers NDJSON hits in order', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?format=ndjson&limit=2');
    for (let k = 0; k < 2; k++) server.publish();
    await reader.ended;
    expect(reader.text).toBe(
      '{"_index":"events","_id":"d0","_seq":"e1-0","_source":{"n":0}}\n' +
        '{"_index":"events","_id":"d1","_seq":"e1-1","_source":{"n":1}}\n',
    );
  });

  it('delivers endless JSON, one hit a line', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?q=7&limit=2');
    for (let k = 0; k < 2; k++) server.publish(7);
    await reader.ended;
    expect(reader.text).toBe(
      '{"subscription_id": "q7", "hits": [\n' +
        '{"_index":"events","_id":"d0","_seq":"e1-0","_source":{"n":0}}\n' +
        ',{"_index":"events","_id":"d1","_seq":"e1-1","_source":{"n":1}}\n' +
        ']}\n',
    );
  });

  it('delivers server-sent events whose ids are positions', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?limit=2', { accept: 'text/event-stream' });
    for (let k = 0; k < 2; k++) server.publish();
    await reader.ended;
    expect(reader.headers['content-type']).toBe('text/event-stream');
    expect(reader.text).toBe(
      ': subscription_id q0\nretry: 1000\nid: e1-0\n\n' +
        'id: e1-0\nevent: hit\ndata: {"_index":"events","_id":"d0","_seq":"e1-0","_source":{"n":0}}\n\n' +
        'id: e1-1\nevent: hit\ndata: {"_index":"events","_id":"d1","_seq":"e1-1","_source":{"n":1}}\n\n',
    );
  });

  it('is subscribed when its head arrives, before any hit', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?q=9');
    expect(server.hub.isActive(9)).toBe(true);
    expect(reader.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-subscription-id': 'q9',
    });
    await reader.sees('"hits": [\n');
  });

  it('attaches to a known query by its id', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?s=q5&limit=1');
    server.publish(5);
    await reader.ended;
    expect(JSON.parse(reader.text).subscription_id).toBe('q5');
  });

  it.each(FORMAT_NAMES)('ends exactly at a limit inside a chunk (%s)', async (format) => {
    await serve();
    const reader = await Reader.open(server.port, `?limit=37&format=${format}`);
    for (let k = 0; k < 100; k++) server.publish();
    await reader.ended;
    expect(account(recordsOf(reader.text, format))).toMatchObject({ hits: 37, next: 37 });
    expect(server.hub.isActive(0)).toBe(false);
    expect(server.hub.stats).toMatchObject({ delivered: 37, left: 63 });
    expect(await server.metric('estrom_disconnects_total{reason="limit"}')).toBe(1);
  });

  it('leaves its connection free for the next request when a limit ends it', async () => {
    await serve();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let k = 0; k < 3; k++) {
      const reader = await Reader.open(server.port, '?limit=1', { agent });
      server.publish();
      await reader.ended;
      expect(JSON.parse(reader.text).hits).toHaveLength(1);
    }
    expect(server.queries.released).toBe(3);
    agent.destroy();
  });

  it('shares a topic with tails of other formats', async () => {
    await serve();
    const readers = await Promise.all(
      FORMAT_NAMES.map((format) => Reader.open(server.port, `?limit=500&format=${format}`)),
    );
    await server.publishAll(500, 0, 300);
    for (const [k, reader] of readers.entries()) {
      await reader.ended;
      expect(account(recordsOf(reader.text, FORMAT_NAMES[k]!)).hits).toBe(500);
    }
    expect(await server.metric('estrom_hits_delivered_total')).toBe(1500);
  });

  it('is whole JSON at every line, heartbeats and gaps included', async () => {
    await serve({ outbox: 16 * 1024, heartbeat: 100 });
    const reader = await Reader.open(server.port, '', { paused: true });
    await server.publishAll(40_000, 0, 400);
    await server.publishAll(1);
    reader.resume();
    await reader.sees('{"n":40000}}\n\n');
    const lines = reader.text.split('\n');
    const gaps = lines.findLastIndex((line) => line.includes('_gap'));
    for (const cut of [1, 2, 3, gaps, gaps + 1, gaps + 2, lines.length - 1]) {
      JSON.parse(closed(`${lines.slice(0, cut).join('\n')}\n`));
    }
    expect(account(recordsOf(reader.text, 'json'))).toMatchObject({ next: 40_001 });
  });

  it('is closed as valid JSON by its timeout', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?timeout=50ms');
    server.publish();
    await reader.ended;
    expect(JSON.parse(reader.text).hits).toHaveLength(1);
    expect(await server.metric('estrom_disconnects_total{reason="timeout"}')).toBe(1);
    expect(server.queries.released).toBe(1);
  });

  it('releases its query when the client goes', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?format=sse');
    expect(await server.metric('estrom_subscribers{format="sse"}')).toBe(1);
    const released = server.queries.nextRelease();
    reader.destroy();
    await released;
    expect(server.hub.isActive(0)).toBe(false);
    expect(await server.metric('estrom_subscribers{format="sse"}')).toBe(0);
    expect(await server.metric('estrom_disconnects_total{reason="client"}')).toBe(1);
  });

  it('is refused behind another one on its connection, once that has ended', async () => {
    await serve();
    const socket = net.connect(server.port, '127.0.0.1');
    const request = 'GET /api/v0.1/docs?limit=1 HTTP/1.1\r\nHost: estrom\r\n\r\n';
    const second = server.queries.nextRelease();
    socket.write(request + request);
    await second;
    server.publish();
    let text = '';
    for await (const part of socket.setEncoding('utf8')) {
      text += part;
      if (text.includes('cannot be pipelined')) break;
    }
    expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n0\r\n\r\nHTTP\/1\.1 400 /);
    expect(server.queries.released).toBe(2);
  });

  it('releases its query when the client left while that was registered', async () => {
    await serve();
    const watching = server.queries.pause();
    const socket = net.connect(server.port, '127.0.0.1');
    socket.write('GET /api/v0.1/docs HTTP/1.1\r\nHost: estrom\r\n\r\n');
    const go = await watching;
    const gone = server.connectionClosed();
    socket.destroy();
    await gone;
    const released = server.queries.nextRelease();
    go();
    await released;
    expect(server.hub.isActive(0)).toBe(false);
    expect(server.hub.stats.topics).toBe(0);
  });

  it('is cut when it does not read its ending in time', async () => {
    // On a busy machine its time would be over before anything is left unread.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await serve({ drainTimeout: 50 });
    await Reader.open(server.port, '?on_slow=block&timeout=100ms', { paused: true });
    const released = server.queries.nextRelease();
    while (server.hub.pressure.blocked === 0) {
      server.publish(0, 50_000);
      await new Promise(setImmediate);
    }
    vi.advanceTimersByTime(100);
    expect(server.queries.released).toBe(0);
    vi.advanceTimersByTime(50);
    vi.useRealTimers();
    await released;
    expect(await server.metric('estrom_disconnects_total{reason="timeout"}')).toBe(1);
  });

  it('serves HTTP/1.0 clients', async () => {
    await serve();
    const socket = net.connect(server.port, '127.0.0.1');
    socket.write('GET /api/v0.1/docs?limit=1 HTTP/1.0\r\n\r\n');
    let text = '';
    socket.setEncoding('utf8').on('data', (part) => {
      if (text === '') server.publish();
      text += part;
    });
    await new Promise((resolve) => socket.once('close', resolve));
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n'))).hits).toHaveLength(1);
  });

  it.each([
    ['?limit=x', 400, /\[limit\]/],
    ['?s=unknown', 404, /no query/],
    ['?q=x', 404, /no query/],
    ['?colour=red', 400, /unknown parameter \[colour\]/],
  ])('is refused with a status before anything streams: %s', async (query, status, message) => {
    await serve();
    const reader = await Reader.open(server.port, query);
    await reader.ended;
    expect(reader.status).toBe(status);
    expect(JSON.parse(reader.text).error.reason).toMatch(message);
  });
});

describe('heartbeats', () => {
  it.each([
    ['json', '[\n\n\n'],
    ['ndjson', '\n\n'],
    ['sse', '\n\n:\n\n:\n\n'],
  ])('keep an idle tail alive (%s)', async (format, beats) => {
    await serve({ heartbeat: 100 });
    const reader = await Reader.open(server.port, `?format=${format}`);
    await reader.sees(beats);
    server.publish();
    await reader.seesDocument(0);
    expect(recordsOf(reader.text, format as 'json')).toHaveLength(1);
  });
});

describe('drain', () => {
  it('gives every tail its valid ending, after what waits for it', async () => {
    await serve();
    const readers = await Promise.all(
      FORMAT_NAMES.map((format) =>
        Reader.open(server.port, `?format=${format}&on_slow=block`, { paused: true }),
      ),
    );
    for (let k = 0; k < 1000; k++) server.publish(0, 1000);
    const done = server.hub.closeAll('drain', 5000);
    for (const reader of readers) reader.resume();
    await done;
    for (const [k, reader] of readers.entries()) {
      await reader.ended;
      expect(account(recordsOf(reader.text, FORMAT_NAMES[k]!))).toMatchObject({ hits: 1000 });
    }
    expect(JSON.parse(readers[0]!.text).hits).toHaveLength(1000);
    expect(await server.metric('estrom_disconnects_total{reason="drain"}')).toBe(3);
  });

  it('cuts at its deadline those that do not read, and refuses new ones', async () => {
    await serve();
    await Reader.open(server.port, '?format=ndjson&on_slow=block', { paused: true });
    while (server.publish(0, 50_000)) await new Promise(setImmediate);
    await server.hub.closeAll('drain', 50);
    expect(await server.metric('estrom_outbox_bytes')).toBe(0);
    const late = await Reader.open(server.port, '');
    await late.ended;
    expect(late.status).toBe(503);
    expect(server.queries.released).toBe(server.queries.watched);
  });
});
