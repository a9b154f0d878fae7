import { setTimeout as delay } from 'node:timers/promises';
import type { AnswerBudget, Reading } from './answer-budget.ts';
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
 * @param budget what the answer's bytes count in, until they are released
 * @throws Unreachable, BrokenOff
 */
export function ask(
  upstream: Upstream,
  request: UpstreamRequest,
  budget?: AnswerBudget,
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: readonly string[] = [];
    const chunks: Buffer[] = [];
    let reading: Reading | null = null;
    let bytes = 0;
    upstream.send(request, {
      onRequestStart() {},
      onResponseStart(controller, code) {
        if (code < 200) return;
        status = code;
        const { rawHeaders } = controller as { rawHeaders?: (Buffer | string)[] };
        headers = answerHeaders(rawHeaders ?? [], true);
        reading = budget?.begin(controller) ?? null;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (reading !== null) budget?.take(reading, chunk.length);
      },
      onResponseEnd() {
        if (reading !== null) budget?.end(reading);
        const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
        resolve({ status, headers, body });
      },
      onResponseError(_controller, error) {
        if (reading !== null) {
          budget?.end(reading);
          budget?.release(bytes);
        }
        const { message } = error;
        reject(wasNotSent(error) ? new Unreachable(message) : new BrokenOff(message));
      },
    });
  });
}

/** What waits for an answer. */
export interface Waiting {
  /** When to give up, by `performance.now()`. */
  readonly until: number;
  readonly isWanted: () => boolean;
  readonly budget: AnswerBudget;
  readonly metrics: ForwardMetrics;
}

/**
 * The same, but tries again while Elasticsearch is not there.
 * @throws Unreachable, BrokenOff
 */
export async function askHeld(
  upstream: Upstream,
  request: UpstreamRequest,
  { until, isWanted, budget, metrics }: Waiting,
): Promise<WholeAnswer> {
  const started = performance.now();
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await ask(upstream, request, budget);
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
