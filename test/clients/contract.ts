import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Client } from './client.ts';
import { COUNT } from './documents.ts';
import { EstromProcess } from './estrom-process.ts';
import { fill, refusals, refusalsAfter, SMALL } from './fill.ts';
import { prepared } from './prepare.ts';
import { report } from './report.ts';
import { deliversExactly } from './run.ts';
import { SurvivingTail } from './surviving-tail.ts';

/** How long it stays full after the client was refused for the first time. */
const FULL_MS = 3000;
/** How long nobody listens on the port between two lives. */
const AWAY_MS = 1000;
const BUILD_MS = 600_000;
/** A client that brings nothing new for so long brings nothing any more. */
const QUIET_MS = 25_000;

/** Where a client gives documents up by design, so that nothing can be promised there. */
export interface Exceptions {
  readonly full?: 'may lose';
  readonly restart?: 'may lose';
}

/**
 * What holds for every client: nothing is lost in a quiet run, while estrom is full for a while, and
 * across a restart on the same port. Documents are told apart by their message.
 */
export function clientContract(client: Client, exceptions: Exceptions = {}): void {
  describe(client.name, () => {
    // A program that is not there yet is built first, which may take minutes.
    beforeAll(async () => {
      for (const part of client.needs ?? []) await prepared(part);
    }, BUILD_MS);

    it('sends, and every tail gets exactly its matches', () => deliversExactly(client));

    it('loses nothing while estrom is full', async () => {
      const estrom = await EstromProcess.start(SMALL);
      onTestFinished(async () => void (await estrom.stop()));
      const run = await begin(client, estrom);
      await Promise.race([run.tail.reached(COUNT / 5), run.done]);
      // A request under way would only be held, and not refused.
      await run.tail.idle();
      const full = await fill(estrom);
      run.secondHalf();
      const before = await refusals(estrom);
      const refused = (await refusalsAfter(estrom, before)) - before;
      await delay(FULL_MS);
      const fillers = await full.release();
      const { accepted, seconds } = await run.done;
      const { distinct, hits, strange } = run.tail;
      const lost = COUNT - distinct;
      const matched = (await estrom.metric('estrom_documents_admitted_total')) - fillers;
      row(client, 'full', { accepted, matched, hits, lost, seconds });
      // Nobody sheds: what was admitted is delivered.
      expect({ matched, strange }).toEqual({ matched: hits, strange: 0 });
      expect(refused, 'requests of the client were refused').toBeGreaterThan(0);
      if (exceptions.full === undefined)
        expect({ lost, accepted }).toEqual({ lost: 0, accepted: COUNT });
    });

    it('loses nothing when estrom is stopped and started again', async () => {
      const first = await EstromProcess.start();
      let running = first;
      onTestFinished(async () => void (await running.stop()));
      const run = await begin(client, first);
      await Promise.race([run.tail.reached(COUNT / 5), run.done]);
      run.secondHalf();
      expect(await first.stop()).toBe(0);
      // The drain ended the tail only after its last hit, so this is all that the first life admitted.
      const before = run.tail.hits;
      await delay(AWAY_MS);
      running = await EstromProcess.start(['--port', first.port]);
      const { accepted, seconds } = await run.done;
      const { distinct, hits, strange } = run.tail;
      // A tail cannot get what was admitted before it was back. How much that is can be counted: it
      // is usually nothing, for the tail tries every few milliseconds and clients wait longer.
      const admitted = await running.metric('estrom_documents_admitted_total');
      const unseen = admitted - (hits - before);
      const lost = Math.max(0, COUNT - distinct - unseen);
      row(client, 'restart', { accepted, matched: before + admitted, hits, lost, seconds });
      expect(strange).toBe(0);
      expect(unseen).toBeGreaterThanOrEqual(0);
      if (exceptions.restart === undefined) {
        expect({ lost, accepted: accepted >= COUNT }).toEqual({ lost: 0, accepted: true });
      }
    });
  });
}

interface Begun {
  /** Lets the client send on. */
  readonly secondHalf: () => void;
  readonly tail: SurvivingTail;
  readonly done: Promise<{ readonly accepted: number; readonly seconds: number }>;
}

async function begin(client: Client, { url, port }: EstromProcess): Promise<Begun> {
  const index = 'logs-test';
  const tail = new SurvivingTail(url, index);
  await tail.open();
  onTestFinished(() => tail.close());
  const started = performance.now();
  const settled = Promise.race([tail.reached(COUNT), quiet(tail)]);
  const { promise: half, resolve: secondHalf } = Promise.withResolvers<void>();
  const done = client.send({ port, index, half, settled }).then(async (accepted) => {
    await settled;
    return { accepted, seconds: (performance.now() - started) / 1000 };
  });
  done.catch(() => {});
  return { tail, done, secondHalf };
}

async function quiet(tail: SurvivingTail): Promise<void> {
  for (let before = -1; before !== tail.hits; await delay(QUIET_MS, null, { ref: false })) {
    before = tail.hits;
  }
}

interface Counted {
  readonly accepted: number;
  readonly matched: number;
  readonly hits: number;
  readonly lost: number;
  readonly seconds: number;
}

function row(
  { name }: Client,
  run: string,
  { accepted, matched, hits, lost, seconds }: Counted,
): void {
  const duplicated = Math.max(0, matched - (COUNT - lost));
  report({
    client: name,
    run,
    sent: COUNT,
    accepted,
    matched,
    delivered: hits,
    duplicated,
    lost,
    seconds,
  });
}
