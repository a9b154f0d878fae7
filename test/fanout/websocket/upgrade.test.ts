import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { NO_ACCESS_CONTROL } from '../../../src/access/access-control.ts';
import { EstromError } from '../../../src/errors.ts';
import { EVERYBODY } from '../../../src/principal.ts';
import { RawWamp } from '../../contract/raw-wamp.ts';
import { WampClient } from '../../contract/wamp-client.ts';
import { RawClient } from '../../http/raw-client.ts';
import { SocketServer } from './socket-server.ts';

let server: SocketServer;
beforeEach(async () => {
  server = await new SocketServer().listen();
});
afterEach(() => server.close());

interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** How an upgrade was refused. */
function refusal(path: string, protocols: string[] = [], headers = {}): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocols, { headers });
    socket.on('error', () => {});
    socket.on('open', () => reject(new Error('it was not refused')));
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => {
        const { error, status } = JSON.parse(body);
        expect(status).toBe(response.statusCode);
        resolve({ status, reason: error.reason });
      });
    });
  });
}

describe('an upgrade', () => {
  it.each([
    ['/elsewhere', [], {}, 404],
    ['/ws', ['wamp.2.cbor'], {}, 400],
    ['/ws', ['mqtt', 'graphql'], {}, 400],
    ['/api/v0.1/docs', ['wamp.2.json'], {}, 400],
    ['/ws?q=', [], {}, 404],
    ['/ws?i=events&nonsense=1', [], {}, 400],
    ['/ws?limit=0', [], {}, 400],
    ['/ws?limit=1&limit=2', [], {}, 400],
    ['/ws?s=unknown', [], {}, 404],
    ['/ws', ['wamp.2.json'], { origin: 'https://evil.example' }, 403],
    ['/ws', [], { origin: 'null' }, 403],
    ['/ws', ['wamp.2.json'], { host: 'rebound.example:9280' }, 403],
  ])(
    'to %s with %j and %j is refused with HTTP status %i',
    async (path, protocols, headers, status) => {
      // A query that the test's source does not know stands for a bad one.
      const asked = path === '/ws?q=' ? '/ws?q=nothing' : path;
      expect((await refusal(asked, protocols, headers)).status).toBe(status);
      expect(server.queries.released).toBe(server.queries.watched);
    },
  );

  it('takes the first subprotocol that is spoken, and a page of its own server', async () => {
    const headers = { origin: `http://127.0.0.1:${server.port}` };
    const socket = new WebSocket(server.wamp, ['wamp.2.cbor', 'wamp.2.msgpack', 'wamp.2.json'], {
      headers,
    });
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe('wamp.2.msgpack');
    expect(socket.extensions).toBe('');
    socket.terminate();
  });

  it('that is not a handshake is answered 400, and its query let go', async () => {
    const client = new RawClient(server.port);
    client.send(
      'GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    expect(await client.end()).toMatch(/^HTTP\/1\.1 400 /);
    expect([server.queries.watched, server.queries.released]).toEqual([1, 1]);
  });

  it('to another protocol is served as a request without it', async () => {
    const client = new RawClient(server.port);
    const head =
      'Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAAA\r\nUpgrade: h2c\r\n';
    client.send(`GET /api/v0.1/docs?q=3&limit=2 HTTP/1.1\r\n${head}\r\n`);
    await client.until(/"hits": \[/);
    server.publish(3);
    server.publish(3);
    const text = await client.end();
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toMatch(/\]\}\n/);
    const other = new RawClient(server.port);
    other.send(`POST /nothing HTTP/1.1\r\n${head}Content-Length: 5\r\n\r\n12345`);
    expect(await other.end()).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('is what the address of the broker asks for who comes without one', async () => {
    const answer = await fetch(`${server.http}/ws`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get('upgrade')).toBe('websocket');
    const { error } = (await answer.json()) as { error: { reason: string; code: string } };
    expect(error).toMatchObject({ code: 'UPGRADE_REQUIRED' });
    expect(error.reason).toContain('/ws is for WebSockets');
  });

  it('waits until the server is ready', async () => {
    await server.close();
    server = await new SocketServer({}, NO_ACCESS_CONTROL, false).listen();
    const joined = RawWamp.join(server.wamp);
    const tooEarly = new Promise((resolve) => setImmediate(resolve, 'early'));
    expect(await Promise.race([joined, tooEarly])).toBe('early');
    server.makeReady();
    await (await joined).close();
  });

  it('by who is gone when its query is registered leaves nothing behind', async () => {
    const asked = server.queries.pause();
    const socket = new WebSocket(`${server.wamp}?q=5`);
    socket.on('error', () => {});
    const register = await asked;
    socket.terminate();
    const released = server.queries.nextRelease();
    register();
    await released;
    expect(server.hub.stats.subscribers.websocket).toBe(0);
  });
});

describe('access', () => {
  const reader = { ...EVERYBODY, name: 'reader', roles: new Set(['tail'] as const) };
  let revoke = () => {};
  const find = (token: string | undefined) => {
    if (token === 'Bearer secret' || token === 'secret') return reader;
    throw new EstromError('UNAUTHENTICATED', 'who are you?');
  };
  beforeEach(async () => {
    await server.close();
    server = await new SocketServer(
      {},
      {
        ...NO_ACCESS_CONTROL,
        authenticate: find,
        authenticateToken: (token, name) =>
          find(name === null || name === 'reader' ? token : 'wrong'),
        whileAllowed: (_caller, cut) => {
          revoke = cut;
          return () => {};
        },
      },
    ).listen();
  });

  it('is asked for in the header, or by ticket; wrong credentials are refused at once', async () => {
    const wrong = { authorization: 'Bearer wrong' };
    expect((await refusal('/ws', ['wamp.2.json'], wrong)).status).toBe(401);
    expect((await refusal('/ws')).status).toBe(401);
    const headers = { authorization: 'Bearer secret' };
    const client = await RawWamp.open(server.wamp, 'json', { headers });
    const welcome = await client.send([1, 'estrom', {}]).until(() => true);
    expect(welcome[2]).toMatchObject({ authid: 'reader' });
    client.terminate();
  });

  it('by ticket lets autobahn in', async () => {
    const ticket = (answer: string, authid: string) =>
      WampClient.open(server.wamp, 'msgpack', {
        authmethods: ['ticket'],
        authid,
        onchallenge: () => answer,
      });
    const client = await ticket('secret', 'reader');
    await client.subscribe('docs-for-q1');
    await client.close();
    await expect(ticket('wrong', 'reader')).rejects.toThrow('wamp.error.authentication_failed');
    await expect(ticket('secret', 'somebody')).rejects.toThrow('authentication_failed');
    await expect(WampClient.open(server.wamp, 'json')).rejects.toThrow('no_matching_auth_method');
  });

  it('goes no further than the roles', async () => {
    const headers = { authorization: 'Bearer secret' };
    const client = await RawWamp.open(server.wamp, 'json', { headers });
    await client.send([1, 'estrom', {}]).until(([type]) => type === 2);
    client.send([48, 1, {}, 'estrom.register_query', [], { query: 'x' }]);
    const refused = await client.until(([type]) => type === 8);
    expect(refused[4]).toBe('wamp.error.not_authorized');
    client.send([32, 2, { x_on_slow: 'block' }, 'docs-for-q1']);
    const blocked = await client.until((message) => message[2] === 2);
    expect(blocked[4]).toBe('wamp.error.not_authorized');
    client.terminate();
    expect((await refusal('/ws?on_slow=block', [], headers)).status).toBe(403);
  });

  it('ends what is open when it is revoked', async () => {
    const headers = { authorization: 'Bearer secret' };
    const client = await RawWamp.open(server.wamp, 'json', { headers });
    await client.send([1, 'estrom', {}]).until(([type]) => type === 2);
    revoke();
    expect((await client.closed).code).toBe(1006);
  });
});
