import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answering = (seen: Seen, response: ServerResponse, request: IncomingMessage) => void;

/** Stands in for Elasticsearch where a fault, or a script, cannot be had from the real one. */
export class Stub {
  readonly seen: Seen[] = [];
  /** May be changed between two requests. */
  answer: Answering;
  readonly #server: Server;

  private constructor(answer: Answering) {
    this.answer = answer;
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(answer: Answering, port = 0): Promise<Stub> {
    const stub = new Stub(answer);
    stub.#server.listen(port, '127.0.0.1');
    await once(stub.#server, 'listening');
    return stub;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    try {
      for await (const chunk of request) body += chunk;
    } catch {
      return;
    }
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body };
    this.seen.push(seen);
    this.answer(seen, response, request);
  }
}

/** Answers as JSON. */
export function reply(response: ServerResponse, value: unknown, status = 200): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** An answer that says that all items were stored, and of index settings that there are none. */
export function storing({ url, body }: Seen, response: ServerResponse): void {
  if (!url.includes('_bulk')) {
    const index = decodeURIComponent(url.split('/')[1] ?? '');
    reply(response, { [index]: { settings: { 'index.uuid': 'x' } } });
    return;
  }
  const items = body.split('\n').flatMap((line, i) => {
    if (i % 2 === 1 || line === '') return [];
    const [[op, { _index = 'idx', _id = `made-${i}` }]] = Object.entries(JSON.parse(line)) as [
      [string, { _index?: string; _id?: string }],
    ];
    return [{ [op]: { _index, _id, _version: 1, result: 'created', _seq_no: i, status: 201 } }];
  });
  reply(response, { took: 1, errors: false, items });
}
