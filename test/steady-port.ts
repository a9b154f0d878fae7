import { once } from 'node:events';
import { createServer } from 'node:net';

/** Linux gives out ports from 32768 on to whoever connects: of these it gives none. */
const FIRST = 10_000;
const COUNT = 20_000;

/**
 * A port on loopback at which nobody listens, and which a server that was away finds free again: one that the
 * system had given out would be given to others meanwhile, even to the client that tries to connect to it.
 */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
