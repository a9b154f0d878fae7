import { setTimeout as delay } from 'node:timers/promises';
import type { ForwardMetrics } from './forward-metrics.ts';
import { answerHeaders } from './headers.ts';
import { type Upstream, type UpstreamRequest, wasNotSent } from './upstream.ts';

/** An answer of Elasticsearch that is held whole. */
export interface WholeAnswer {
  readonly status: number;
  /** Name, value, name, value; without those of the body's form. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Elasticsearch was not there, so it has seen nothing of the request. */
export class Unreachable extends Error {}
/** Elasticsearch broke off: it may have done what it was asked. */
export class BrokenOff extends Error {}

/** Time between two tries to reach it. */
const AGAIN = 200;

/**
 * Asks and reads the whole answer.
 * @throws Unreachable, BrokenOff
 */
export function ask(upstream: Upstream, request: UpstreamRequest): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: readonly string[] = [];
    const chunks: Buffer[] = [];
    upstream.send(request, {
      onRequestStart() {},
      onResponseStart(controller, code) {
        if (code < 200) return;
        status = code;
        const { rawHeaders } = controller as { rawHeaders?: (Buffer | string)[] };
        headers = answerHeaders(rawHeaders ?? [], true);
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
        resolve({ status, headers, body });
      },
      onResponseError(_controller, error) {
        const { message } = error;
        reject(wasNotSent(error) ? new Unreachable(message) : new BrokenOff(message));
      },
    });
  });
}

/**
 * The same, but tries again while Elasticsearch is not there.
 * @param until when to give up, by `performance.now()`
 * @param isWanted whether somebody still waits for it
 * @throws Unreachable, BrokenOff
 */
export async function askHeld(
  upstream: Upstream,
  request: UpstreamRequest,
  until: number,
  isWanted: () => boolean,
  metrics: ForwardMetrics,
): Promise<WholeAnswer> {
  const started = performance.now();
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await ask(upstream, request);
      } catch (error) {
        if (!(error instanceof Unreachable) || !isWanted()) throw error;
        if (tries < upstream.size) continue;
        if (performance.now() + AGAIN >= until) throw error;
        await delay(AGAIN);
      }
    }
  } finally {
    metrics.time('elasticsearch', performance.now() - started);
  }
}
