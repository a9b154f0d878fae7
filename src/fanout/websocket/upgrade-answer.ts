import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EstromError } from '../../errors.ts';

const OF_CONNECTION: ReadonlySet<string> = new Set(['connection', 'upgrade', 'http2-settings']);

/** Answers an upgrade by an HTTP error, and closes. */
export function refuseUpgrade(socket: Duplex, error: EstromError): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(error.toBody());
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Error'}`,
    'X-elastic-product: Elasticsearch',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  if (error.status === 401) head.push('WWW-Authenticate: Basic realm="estrom", Bearer, ApiKey');
  if (error.status === 429 || error.status === 503) head.push('Retry-After: 1');
  // The other end may leave its half open for ever.
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * Hands a request that asks for another protocol, such as `h2c`, back to the server as if it had
 * not asked, which is what it is free to do. Without this it would never be answered, because Node
 * gives every upgrade to whoever listens for one. It is the connection's last request: whoever counts
 * connections meets this one again, and shall not meet it any number of times.
 * @param head what came behind the request's headers
 */
export function serveWithoutUpgrade(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`, 'Connection: close'];
  for (let k = 0; k < rawHeaders.length; k += 2) {
    if (!OF_CONNECTION.has(rawHeaders[k]!.toLowerCase())) {
      lines.push(`${rawHeaders[k]}: ${rawHeaders[k + 1]}`);
    }
  }
  const request = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(Buffer.concat([request, head]));
  server.emit('setSecureContext' in server ? 'secureConnection' : 'connection', socket);
}
