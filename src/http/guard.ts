import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../config-load.ts';
import { EstromError } from '../errors.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** `name:9280` → `name`, `[::1]:9280` → `::1`, lower case, without the root's dot. */
function hostName(host: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return (bracketed ?? plain ?? host).toLowerCase().replace(/\.$/, '');
}

/**
 * Keeps web pages out. A page on any site can make its visitor's browser post to a loopback port
 * (the browser then names the page's Origin), or rebind its own name to 127.0.0.1 (then the Host is
 * that name). Programs send neither.
 *
 * @param host the address that is listened on
 * @returns a check that throws FORBIDDEN
 */
export function createGuard(host: string): (request: IncomingMessage) => void {
  const onLoopback = isLoopback(host);
  const ownName = hostName(host);

  return ({ headers, method }) => {
    if (onLoopback && headers.host !== undefined) {
      const name = hostName(headers.host);
      if (name !== ownName && !isLoopback(name)) {
        throw new EstromError(
          'FORBIDDEN',
          `Host "${headers.host}" is not a name of this loopback server: use localhost or 127.0.0.1, or listen on that address (--host)`,
        );
      }
    }
    const { origin } = headers;
    // Opening a WebSocket is a GET, but no browser keeps its answers from the page.
    const reads = SAFE_METHODS.has(method ?? '') && headers.upgrade === undefined;
    if (origin === undefined || reads) return;
    if (origin.replace(/^https?:\/\//, '').toLowerCase() !== headers.host?.toLowerCase()) {
      throw new EstromError(
        'FORBIDDEN',
        `Origin "${origin}" is another site: web pages may only write, and open WebSockets, to the server that they came from`,
      );
    }
  };
}
