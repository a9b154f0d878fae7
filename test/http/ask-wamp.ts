import { WebSocket } from 'ws';

const HELLO = [1, 'estrom', { roles: { subscriber: {}, caller: {} } }];
const [WELCOME, ABORT, ERROR] = [2, 3, 8];

/**
 * Asks for one thing in a WAMP session of its own.
 * @param what a procedure, or a topic with a place for the id
 * @returns 401 when there is no session, 403 when the caller may not
 */
export function askWamp(
  port: number,
  what: string,
  authorization: string | null,
): Promise<'allowed' | 401 | 403> {
  const headers = authorization === null ? {} : { authorization };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'wamp.2.json', { headers });
  const isOrders = what.startsWith('orders-for-');
  const id = isOrders ? `${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}` : '0'.repeat(32);
  const request = /^(?:docs|orders)-for-/.test(what)
    ? [32, 1, {}, what.replace('<ID>', id)]
    : [48, 1, {}, what, [], { query: '*' }];
  return new Promise<'allowed' | 401 | 403>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed without an answer')));
    socket.on('unexpected-response', (_request, { statusCode }) =>
      resolve(statusCode as 401 | 403),
    );
    socket.on('open', () => socket.send(JSON.stringify(HELLO)));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message[0] === WELCOME) socket.send(JSON.stringify(request));
      else if (message[0] === ABORT) resolve(401);
      else if (message[0] !== ERROR) resolve('allowed');
      else resolve(message[4] === 'wamp.error.not_authorized' ? 403 : 'allowed');
    });
  }).finally(() => socket.terminate());
}
