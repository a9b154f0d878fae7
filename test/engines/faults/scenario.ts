import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { EstromProcess } from '../../clients/estrom-process.ts';
import { type EventRecord, WampClient } from '../../contract/wamp-client.ts';
import { MemoryCurve } from './memory-curve.ts';
import { PersistentSenders, type Sent } from './persistent-senders.ts';
import { SeenDocuments } from './seen-documents.ts';

const MIB = 1024 * 1024;
/** More is under way than the ingest buffer takes: some wait, and are refused after the hold. */
const LOAD = { clients: 16, body: 100, bytes: 1000 };

export interface Scenario {
  readonly name: string;
  /** Flags of estrom. */
  readonly flags: readonly string[];
  /** Where a WAMP subscriber listens; a tail of estrom itself is there anyway. */
  readonly wamp?: string;
  /** Milliseconds that the fault lasts. */
  readonly lasts: number;
  readonly fault: () => void | Promise<void>;
  readonly recover: () => void | Promise<void>;
}

/** What a run came to. */
export interface Outcome extends Sent {
  /** Documents that estrom percolated; the same one more often where it was sent again. */
  readonly percolated: number;
  readonly tail: SeenDocuments;
  readonly wamp: SeenDocuments | undefined;
  /** Bytes that the process needed more during the fault than ever before it. */
  readonly growth: number;
  /** Milliseconds from the end of the fault to the first accepted document. */
  readonly recovery: number;
  readonly memory: string;
}

/**
 * Senders that never give up, a tail, a fault in the middle. Ends when everything that was sent has been
 * accepted and has come to all who listen.
 */
export async function run(scenario: Scenario): Promise<Outcome> {
  const { name, flags, lasts } = scenario;
  const index = `faults-${randomUUID()}`;
  const estrom = await EstromProcess.start(['--hold', '2s', '--ingest-buffer', '1MiB', ...flags]);
  const curve = new MemoryCurve(estrom.pid);
  const tail = new SeenDocuments();
  const wamp = scenario.wamp === undefined ? undefined : new SeenDocuments();
  let client: WampClient | undefined;
  try {
    const endTail = await follow(`${estrom.url}/api/v0.1/docs?i=${index}&q=kind:flow`, tail);
    if (scenario.wamp !== undefined && wamp !== undefined) {
      client = await WampClient.open(scenario.wamp, 'json');
      const topic = await client.register(index, 'kind:flow');
      await client.session.subscribe(topic, (args) => wamp.add(args[0] as EventRecord));
    }
    const senders = new PersistentSenders({ url: () => estrom.url, index, ...LOAD });
    const accepted = async (count: number) => {
      while (senders.accepted < count) await sleep(20);
    };
    curve.mark('before');
    // Long enough for the heap to have found its size.
    await Promise.all([accepted(3_200), sleep(3_000)]);
    curve.mark('fault');
    await scenario.fault();
    await sleep(lasts);
    curve.mark('after');
    const ended = performance.now();
    const before = senders.accepted;
    await scenario.recover();
    await accepted(before + LOAD.body);
    const recovery = performance.now() - ended;
    await accepted(before + 2_000);
    const sent = await senders.stop();
    await Promise.all([tail.reached(sent.documents), wamp?.reached(sent.documents)]);
    const percolated = await estrom.metric('estrom_documents_admitted_total');
    const growth = Math.max(curve.most('fault'), curve.most('after')) - curve.most('before');
    const memory = curve.stop();
    const pictures = process.env['ESTROM_PICTURES'];
    if (pictures) curve.draw(`${pictures}/${name.replace(/\W+/g, '-')}.svg`, name);
    endTail();
    return { ...sent, percolated, tail, wamp, growth, recovery, memory };
  } finally {
    await client?.close();
    await estrom.stop();
  }
}

/** One line of the table. */
export function line(name: string, outcome: Outcome): string {
  const { documents, accepted, percolated, retries, refusals, tail, wamp } = outcome;
  const refused = Object.entries(refusals).map(([how, times]) => `${times} × ${how}`);
  return [
    name,
    documents,
    accepted,
    percolated,
    `${tail.distinct} (+${tail.duplicates})`,
    wamp === undefined ? '–' : `${wamp.distinct} (+${wamp.duplicates})`,
    `${retries} ${refused.length > 0 ? `(${refused.join(', ')})` : ''}`,
    `${(outcome.growth / MIB).toFixed(0)} MiB`,
    `${(outcome.recovery / 1000).toFixed(1)} s`,
    outcome.memory,
  ].join(' | ');
}

export const HEAD =
  'fault | sent | accepted | percolated | tail (again) | Crossbar (again) | sent again | memory grew | accepts again after | resident';

/** A tail that asks again while it is told to come later. @returns ends it */
async function follow(url: string, seen: SeenDocuments): Promise<() => void> {
  for (;;) {
    const end = await open(url, seen);
    if (end !== null) return end;
    await sleep(200);
  }
}

/** @returns null where the answer is 503, as while a busy Elasticsearch takes longer than it may */
function open(url: string, seen: SeenDocuments): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}&format=ndjson`, { agent: false });
    request.once('error', reject);
    request.once('response', (response) => {
      if (response.statusCode === 503) {
        response.resume().once('end', () => resolve(null));
        return;
      }
      if (response.statusCode !== 200) reject(new Error(`the tail got ${response.statusCode}`));
      request.on('error', () => {});
      response.on('error', () => {});
      let rest = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        const lines = (rest + part).split('\n');
        rest = lines.pop()!;
        for (const each of lines) if (each !== '') seen.add(JSON.parse(each) as EventRecord);
      });
      resolve(() => request.destroy());
    });
  });
}
