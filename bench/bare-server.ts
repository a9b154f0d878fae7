import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers every request with a head and nothing else: what an endless response costs Node itself. */
const server = http.createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
});
server.listen(0, '127.0.0.1', 511, () => {
  process.stdout.write(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once('SIGTERM', () => process.exit());
