import { Agent, errors } from 'undici';
import { readAuthorities } from '../../../elasticsearch/authorities.ts';

export interface NodeRingOptions {
  /** URLs with commas between; name and password may stand in them. */
  readonly nodes: string;
  readonly apiKey: string;
  /** Milliseconds: for connecting, for the headers, and between two parts of the body. */
  readonly timeout: number;
  /** Setting elasticsearch-ca. */
  readonly ca?: string;
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

interface Node {
  readonly origin: string;
  /** What the URL's path ends with, before that of the request. */
  readonly path: string;
  readonly authorization: string | undefined;
  /** Failures since the last answer. */
  failed: number;
  /** `performance.now()` until which it is only asked if all others are aside as well. */
  asideUntil: number;
}

const FIRST_ASIDE = 500;
const LONGEST_ASIDE = 30_000;
const LONGEST_CONNECTING = 10_000;
/** Statuses of a node, or of what stands before it, that can't serve anybody now. */
const NODE_STATUSES = new Set([502, 503, 504]);

/** Elasticsearch's nodes in turn. One that does not answer is set aside for a while, longer each time. */
export class NodeRing {
  readonly #agent: Agent;
  readonly #nodes: readonly Node[];
  readonly #timeout: number;
  #next = 0;

  constructor({ nodes, apiKey, timeout, ca: file }: NodeRingOptions) {
    const ca = readAuthorities(file);
    this.#nodes = nodes.split(',').map((url) => nodeOf(url.trim(), apiKey));
    this.#timeout = timeout;
    this.#agent = new Agent({
      // One request at a time on a connection: an answer that takes long must not hold another.
      pipelining: 1,
      connect: {
        timeout: Math.min(timeout, LONGEST_CONNECTING),
        ...(ca === undefined ? {} : { ca }),
      },
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
  }

  /**
   * Sends lines of JSON.
   * @throws Error of the connection, or of the time it may take
   */
  async post(path: string, body: Buffer): Promise<RawAnswer> {
    const node = this.#pick();
    try {
      const { statusCode, body: answer } = await this.#agent.request({
        origin: node.origin,
        path: node.path + path,
        method: 'POST',
        headers: {
          'content-type': 'application/x-ndjson',
          ...(node.authorization === undefined ? {} : { authorization: node.authorization }),
        },
        body,
        // Also what trickles ends: the other two only notice silence.
        signal: AbortSignal.timeout(this.#timeout),
      });
      const text = await answer.text();
      if (NODE_STATUSES.has(statusCode)) this.#setAside(node);
      else node.failed = 0;
      return { status: statusCode, text };
    } catch (error) {
      // Each further attempt would take as long again.
      this.#setAside(node, isTimeout(error) ? this.#timeout : 0);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  #pick(): Node {
    const now = performance.now();
    const nodes = this.#nodes;
    let best = nodes[this.#next % nodes.length]!;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[(this.#next + i) % nodes.length]!;
      if (node.asideUntil <= now) {
        best = node;
        break;
      }
      if (node.asideUntil < best.asideUntil) best = node;
    }
    this.#next = (nodes.indexOf(best) + 1) % nodes.length;
    return best;
  }

  /** @param least milliseconds */
  #setAside(node: Node, least = 0): void {
    const time = Math.max(least, Math.min(LONGEST_ASIDE, FIRST_ASIDE * 2 ** node.failed));
    node.failed++;
    node.asideUntil = performance.now() + time;
  }
}

function nodeOf(url: string, apiKey: string): Node {
  const { origin, pathname, username, password } = new URL(url);
  const basic = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization =
    apiKey !== ''
      ? `ApiKey ${apiKey}`
      : username !== ''
        ? `Basic ${Buffer.from(basic).toString('base64')}`
        : undefined;
  return { origin, path: pathname.replace(/\/$/, ''), authorization, failed: 0, asideUntil: 0 };
}

/** Whether a failure to get an answer is one of time. */
export function isTimeout(error: unknown): boolean {
  return (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    (error as Error).name === 'TimeoutError'
  );
}
