import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

const LICENSE = { license: { status: 'active', uid: 'u', type: 'basic', issued_to: 'tests' } };
const XPACK = {
  license: { uid: 'u', type: 'basic', mode: 'basic', status: 'active' },
  features: { ilm: { available: true, enabled: true } },
};

/**
 * The real server, with what shippers ask of its x-pack, which the server of these tests lacks: the
 * license, and the field types and the life cycle in Filebeat's template. All else is passed on.
 */
export class Licensed {
  /** Method and path of each request but `_bulk`. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #policies = new Map<string, string>();

  private constructor(target: string) {
    this.#server = createServer(
      (incoming, outgoing) => void this.#take(target, incoming, outgoing),
    );
  }

  static async start(target: string): Promise<Licensed> {
    const licensed = new Licensed(target);
    licensed.#server.listen(0, '127.0.0.1');
    await once(licensed.#server, 'listening');
    return licensed;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(target: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const [path = ''] = url.split('?');
    if (!path.endsWith('_bulk')) this.asked.push(`${method} ${path}`);
    const json = (status: number, value: unknown): void => {
      incoming.resume();
      outgoing.writeHead(status, {
        'content-type': 'application/json',
        'x-elastic-product': 'Elasticsearch',
      });
      outgoing.end(typeof value === 'string' ? value : JSON.stringify(value));
    };
    if (path === '/_license') return json(200, LICENSE);
    if (path === '/_xpack') return json(200, XPACK);
    const chunks: Buffer[] = await incoming.toArray();
    const isPacked = headers['content-encoding'] === 'gzip';
    let body = isPacked ? gunzipSync(Buffer.concat(chunks)) : Buffer.concat(chunks);
    delete headers['content-encoding'];
    if (path.startsWith('/_ilm/policy')) {
      if (method === 'PUT') this.#policies.set(path, body.toString());
      const policy = this.#policies.get(path);
      return policy === undefined ? json(404, {}) : json(200, { filebeat: JSON.parse(policy) });
    }
    if (method === 'PUT' && path.startsWith('/_index_template')) {
      const { index_patterns, priority } = JSON.parse(body.toString());
      body = Buffer.from(JSON.stringify({ index_patterns, priority, template: {} }));
    }
    const passed = { ...headers, 'content-length': body.length };
    const asked = request(target + url, { method, headers: passed }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    asked.end(body);
  }
}
