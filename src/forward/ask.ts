import { setTimeout as delay } from 'node:timers/promises';
import type { AnswerBudget, Reading } from './answer-budget.ts';
import { AnswerSlimmer } from './answer-slimmer.ts';
import type { ForwardMetrics } from './forward-metrics.ts';
import { answerHeaders } from './headers.ts';
import { type Upstream, type UpstreamRequest, wasNotSent } from './upstream.ts';

/** An answer of Elasticsearch that is held whole. */
export interface WholeAnswer {
  readonly status: number;
  /** Name, value, name, value; without those of the body's form. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** It was too long, and `get` of its items is emptied. */
  readonly isSlim: boolean;
}

/** Elasticsearch was not there, so it has seen nothing of the request. */
export class Unreachable extends Error {}
/** Elasticsearch broke off: it may have done what it was asked. */
export class BrokenOff extends Error {}

/** The answer is longer than it may be; what it is the answer to has been done. */
export class TooLong extends Error {}

/** What is done with an answer that is longer than `limit` bytes. */
export interface AnswerBounds {
  readonly limit: number;
  /** Of which items of a bulk answer `get` stays, that of the others is emptied; null: TooLong. */
  readonly keeps: ((item: number) => boolean) | null;
}

/** Time between two tries to reach it. */
const AGAIN = 200;

/**
 * Asks and reads the whole answer.
 * @param budget what the answer's bytes count in, until they are released
 * @throws Unreachable, BrokenOff, TooLong
 */
export function ask(
  upstream: Upstream,
  request: UpstreamRequest,
  budget?: AnswerBudget,
  bounds?: AnswerBounds,
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: readonly string[] = [];
    let chunks: Buffer[] = [];
    let reading: Reading | null = null;
    let slimmer: AnswerSlimmer | null = null;
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (reading !== null) budget?.take(reading, chunk.length);
    };
    const slim = (keeps: (item: number) => boolean): void => {
      slimmer = new AnswerSlimmer(keeps);
      const before = bytes;
      chunks = chunks.map((chunk) => slimmer!.take(chunk));
      bytes = chunks.reduce((sum, { length }) => sum + length, 0);
      budget?.release(before - bytes);
    };
    upstream.send(request, {
      onRequestStart() {},
      onResponseStart(controller, code) {
        if (code < 200) return;
        status = code;
        const { rawHeaders } = controller as { rawHeaders?: (Buffer | string)[] };
        headers = answerHeaders(rawHeaders ?? [], true);
        reading = budget?.begin(controller) ?? null;
      },
      onResponseData(controller, chunk) {
        take(slimmer === null ? chunk : slimmer.take(chunk));
        if (bounds === undefined || slimmer !== null || bytes <= bounds.limit) return;
        if (bounds.keeps !== null) slim(bounds.keeps);
        else controller.abort(new TooLong(`an answer of more than ${bounds.limit} bytes`));
      },
      onResponseEnd() {
        if (reading !== null) budget?.end(reading);
        const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
        resolve({ status, headers, body, isSlim: slimmer !== null });
      },
      onResponseError(_controller, error) {
        if (reading !== null) {
          budget?.end(reading);
          budget?.release(bytes);
        }
        const { message } = error;
        if (error instanceof TooLong) reject(error);
        else reject(wasNotSent(error) ? new Unreachable(message) : new BrokenOff(message));
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
  readonly bounds?: AnswerBounds | undefined;
}

/**
 * The same, but tries again while Elasticsearch is not there.
 * @throws Unreachable, BrokenOff
 */
export async function askHeld(
  upstream: Upstream,
  request: UpstreamRequest,
  { until, isWanted, budget, metrics, bounds }: Waiting,
): Promise<WholeAnswer> {
  const started = performance.now();
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await ask(upstream, request, budget, bounds);
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
