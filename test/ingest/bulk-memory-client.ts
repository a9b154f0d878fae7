/**
 * Uploads a chunked gzip bulk body, in a process of its own so that the server's memory can be
 * told from it. Arguments: port, decoded bytes, `ids` or `no-ids`. Prints what was answered.
 */
import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const PIECE_DOCUMENTS = 500;
const OK = '"status":201';

const [port, total, ids] = process.argv.slice(2);

const lines: string[] = [];
for (let i = 0; i < PIECE_DOCUMENTS; i++) {
  const id = ids === 'ids' ? `,"_id":"client-${i}"` : '';
  lines.push(`{"index":{"_index":"logs"${id}}}`);
  lines.push(`{"n":${i},"message":"${'lorem ipsum dolor sit amet '.repeat(10)}"}`);
}
const piece = Buffer.from(`${lines.join('\n')}\n`);
const pieces = Math.ceil(Number(total) / piece.length);

const request = http.request({
  port,
  host: '127.0.0.1',
  path: '/_bulk',
  method: 'POST',
  headers: { 'content-encoding': 'gzip', 'content-type': 'application/x-ndjson' },
});
const answer = once(request, 'response') as Promise<[http.IncomingMessage]>;
const source = Readable.from(Array(pieces).fill(piece), { objectMode: false });
await pipeline(source, createGzip({ level: 1, chunkSize: 64 * 1024 }), request);

const [response] = await answer;
let answered = 0;
let rest = '';
for await (const chunk of response as AsyncIterable<Buffer>) {
  const text = rest + chunk.toString('latin1');
  answered += text.split(OK).length - 1;
  // A marker that a chunk cuts in two is counted with the next one.
  rest = text.slice(Math.max(text.lastIndexOf(OK) + OK.length, text.length - OK.length + 1));
}
console.log(JSON.stringify({ documents: pieces * PIECE_DOCUMENTS, answered }));
