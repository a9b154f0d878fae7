import { type Dispatcher, Pool } from 'undici';
import type { Config } from '../config.ts';
import { readAuthorities } from '../elasticsearch/authorities.ts';

export type UpstreamSettings = Pick<Config, 'elasticsearch' | 'elasticsearchApiKey'> &
  Partial<Pick<Config, 'elasticsearchCa'>>;

/** Nothing of the request was sent: it may be sent again. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const CONNECT_TIMEOUT = 5000;
/** A node that could not be reached is not asked for so long while there are others. */
const AVOIDED = 2000;
const MAX_HEADER_BYTES = 64 * 1024;

interface Node {
  readonly pool: Pool;
  /** Path of the URL, without a slash at its end. */
  readonly base: string;
  readonly authorization: string | undefined;
  avoidedUntil: number;
}

/** A request to Elasticsearch; `headers` are name, value, name, value. */
export interface UpstreamRequest {
  readonly method: string;
  /** With the query, as it is sent. */
  readonly path: string;
  readonly headers: readonly string[];
  readonly body?: Buffer | readonly Buffer[] | AsyncIterable<Buffer> | null;
  /** Milliseconds until its answer begins, and between two pieces of it; 0 for no limit. */
  readonly timeout: number;
}

/** What the answer is given to. */
export type UpstreamHandler = Dispatcher.DispatchHandler;

/** Whether Elasticsearch has certainly seen nothing of the request that failed so. */
export function wasNotSent(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: unknown };
  if (code !== undefined && NOT_SENT.has(code)) return true;
  if (error instanceof AggregateError) return error.errors.every(wasNotSent);
  return cause !== undefined && wasNotSent(cause);
}

/**
 * The connections that forwarded requests leave by. Requests go to the nodes in turn; one that was
 * not reached is left out for a while.
 */
export class Upstream {
  readonly #nodes: readonly Node[];
  readonly #apiKey: string;
  #turn = 0;

  constructor({ elasticsearch, elasticsearchApiKey, elasticsearchCa }: UpstreamSettings) {
    const ca = readAuthorities(elasticsearchCa);
    this.#apiKey = elasticsearchApiKey;
    this.#nodes = elasticsearch.split(',').map((text) => {
      const url = new URL(text.trim());
      const name = decodeURIComponent(url.username);
      const password = decodeURIComponent(url.password);
      return {
        pool: new Pool(url.origin, {
          connect: { timeout: CONNECT_TIMEOUT, ...(ca === undefined ? {} : { ca }) },
          maxHeaderSize: MAX_HEADER_BYTES,
        }),
        base: url.pathname.replace(/\/+$/, ''),
        authorization:
          name === ''
            ? undefined
            : `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
        avoidedUntil: 0,
      };
    });
  }

  /** Nodes that could be asked one after the other. */
  get size(): number {
    return this.#nodes.length;
  }

  /** Whether a node's URL has a path, which others may not leave. */
  get hasBase(): boolean {
    return this.#nodes.some(({ base }) => base !== '');
  }

  /** How estrom itself is known there; empty without an API key, or a name in the URL. */
  ownHeaders(): string[] {
    const own = this.#apiKey === '' ? this.#nodes[0]!.authorization : `ApiKey ${this.#apiKey}`;
    return own === undefined ? [] : ['authorization', own];
  }

  send(request: UpstreamRequest, handler: UpstreamHandler): void {
    const node = this.#next();
    const { method, path, headers, body = null, timeout } = request;
    node.pool.dispatch(
      {
        method: method as Dispatcher.HttpMethod,
        path: node.base + path,
        headers: [...headers],
        body: body as Buffer | null,
        headersTimeout: timeout,
        bodyTimeout: timeout,
      },
      watched(handler, node),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map(({ pool }) => pool.destroy()));
  }

  #next(): Node {
    const now = performance.now();
    for (let i = 0; i < this.#nodes.length; i++) {
      const node = this.#nodes[this.#turn++ % this.#nodes.length]!;
      if (node.avoidedUntil <= now) return node;
    }
    return this.#nodes[this.#turn++ % this.#nodes.length]!;
  }
}

function watched(handler: UpstreamHandler, node: Node): UpstreamHandler {
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onResponseStart: (controller, status, headers, message) => {
      node.avoidedUntil = 0;
      handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) => {
      if (wasNotSent(error)) node.avoidedUntil = performance.now() + AVOIDED;
      handler.onResponseError?.(controller, error);
    },
  };
}
