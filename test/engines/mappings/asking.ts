import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { handshakeRoutes } from '../../../src/ingest/handshake.ts';
import { MappingState } from '../../../src/mapping/mapping-state.ts';
import { Metrics } from '../../../src/metrics.ts';

/** Names of what these suites put; each run has its own. */
export const PREFIX = `maps-${Date.now().toString(36)}`;

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Requests to one of the two servers. */
export class Asking {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
  }

  /** What an index's mapping becomes when these are put one after the other, or why it does not. */
  async outcome(...mappings: readonly unknown[]): Promise<unknown> {
    const index = `${PREFIX}-outcome`;
    try {
      for (const [n, each] of mappings.entries()) {
        const answer = await (n === 0
          ? this.ask('PUT', `/${index}`, { mappings: each })
          : this.ask('PUT', `/${index}/_mapping`, each));
        if (answer.status >= 300) return problemOf(answer);
      }
      return mappingsOf(await this.ask('GET', `/${index}/_mapping`), index);
    } finally {
      await this.ask('DELETE', `/${index}`);
    }
  }
}

export function mappingsOf({ body }: Answer, index: string): unknown {
  return (body[index] as { mappings: unknown } | undefined)?.mappings;
}

/** Type and reason; what only Java says is left out, and a list without order has one. */
export function problemOf({ body }: Answer): string {
  const { type, reason } = (body['error'] ?? {}) as { type?: string; reason?: string };
  const text = (reason ?? '').replace(/ \(java\..*/, '');
  const [head, listed] = text.split(/(?<=unsupported parameters:) /);
  const sorted = listed?.split(/ (?=\[)/).sort();
  return `${type}: ${head}${sorted === undefined ? '' : sorted.join(' ')}`;
}

/** The part of estrom that answers these, alone. */
export async function startEstrom(): Promise<{ app: FastifyInstance; estrom: Asking }> {
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  const log = pino({ level: 'silent' });
  await handshakeRoutes(app, {
    nodeId: 'n1',
    metrics: new Metrics(),
    log,
    mappings: new MappingState({ log }),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { app, estrom: new Asking(`http://127.0.0.1:${port}`) };
}
