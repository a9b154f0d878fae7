/**
 * Subscribers of one topic, in a process of their own: `wamp-crowd.ts URL COUNT TOPIC OPTIONS`. Says `ready` to
 * its parent, and whenever it is asked how many events have come.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';

const WELCOME = '[2,';
const SUBSCRIBED = '[33,';
const EVENT = '[36,';

const [url = '', count = '0', topic = '', options = '{}'] = process.argv.slice(2);
let events = 0;

async function subscribe(): Promise<void> {
  const socket = new WebSocket(url, 'wamp.2.json', { perMessageDeflate: false });
  await once(socket, 'open');
  const subscribed = new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const head = data.toString('latin1', 0, SUBSCRIBED.length);
      if (head === EVENT) events++;
      else if (head.startsWith(WELCOME)) socket.send(`[32,1,${options},"${topic}"]`);
      else if (head === SUBSCRIBED) resolve();
      else reject(new Error(data.toString()));
    });
  });
  socket.send(JSON.stringify([1, 'estrom', { roles: { subscriber: {} } }]));
  await subscribed;
}

await Promise.all(Array.from({ length: Number(count) }, subscribe));
process.on('message', () => process.send!(events));
process.send!('ready');
