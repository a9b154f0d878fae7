import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { pathToFileURL } from 'node:url';
import { Bench } from 'tinybench';
import { FORMAT_NAMES, FORMATS, type FormatName } from '../src/fanout/formats.ts';
import { frameHit } from '../src/fanout/framing.ts';
import { Hub } from '../src/fanout/hub.ts';
import { Tail } from '../src/fanout/tail.ts';
import { Metrics } from '../src/metrics.ts';

const MIB = 1 << 20;
const TAILS = 1000;
const HITS = 20;
const SOURCE_BYTES = 394;

/** A connection that takes everything at once, and counts it. */
class NullResponse extends EventEmitter {
  readonly destroyed = false;
  readonly writableNeedDrain = false;
  readonly writableLength = 0;
  readonly chunkedEncoding = true;
  readonly socket = this;
  bytes = 0;
  writeHead(): void {}
  flushHeaders(): void {}
  write(data: string | Buffer): boolean {
    this.bytes += data.length;
    return true;
  }
}

const document = new Uint8Array(new SharedArrayBuffer(SOURCE_BYTES));
document.set(Buffer.from(`{"message":"${'x'.repeat(SOURCE_BYTES - 14)}"}`));
const frame = (seq: number) =>
  frameHit({
    index: 'logs-app',
    id: 'AAAAAAAAAAAAAAAAAAAA',
    epoch: 'abcdefgh',
    seq,
    source: document,
  });

/** A hub with a thousand tails of one format on topic 0. */
function makeHub(format: FormatName): { hub: Hub; responses: NullResponse[] } {
  const config = { outbox: MIB, heartbeat: 15_000, drainTimeout: 1000 };
  const hub = new Hub({ config, metrics: new Metrics(), epoch: 'abcdefgh' });
  const responses = Array.from({ length: TAILS }, () => new NullResponse());
  for (const response of responses) {
    new Tail(hub, response as unknown as ServerResponse, {
      format: FORMATS[format],
      onSlow: 'drop',
      limit: Number.POSITIVE_INFINITY,
      outbox: MIB,
      blockTimeout: 1000,
      drainTimeout: 1000,
    }).open({ id: 'q', ordinal: 0 }, {});
  }
  return { hub, responses };
}

async function publishTurn(hub: Hub, hits: number): Promise<void> {
  for (let k = 0; k < hits; k++) hub.publish({ ordinal: 0, hit: frame(k) });
  await new Promise((resolve) => setImmediate(resolve));
}

/** @throws Error unless each tail got each hit once */
async function verify(format: FormatName): Promise<void> {
  const { hub, responses } = makeHub(format);
  await publishTurn(hub, HITS);
  const bytes = new Set(responses.map((response) => response.bytes));
  if (hub.stats.delivered !== TAILS * HITS || bytes.size !== 1) {
    throw new Error(`${format}: ${hub.stats.delivered} hits delivered, not ${TAILS * HITS}`);
  }
}

/** Tasks whose names end in the deliveries (or frames) that one run makes: `… ×N`. */
export async function fanoutBench(): Promise<Bench> {
  const bench = new Bench({ name: 'fanout', time: 1000, warmupTime: 300 });
  let seq = 0;
  bench.add('frame a document of 394 bytes ×1', () => {
    frame(seq++);
  });
  for (const format of FORMAT_NAMES) {
    await verify(format);
    const { hub } = makeHub(format);
    for (const hits of [1, HITS]) {
      bench.add(`${hits} a turn to ${TAILS} ${format} tails ×${hits * TAILS}`, () =>
        publishTurn(hub, hits),
      );
    }
  }
  return bench;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const bench = await fanoutBench();
  await bench.run();
  for (const { name, result } of bench.tasks) {
    if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
    const each = Number(name.slice(name.lastIndexOf('×') + 1));
    const rate = Math.round(result.throughput.mean * each);
    console.log(`${name.padEnd(50)} ${rate.toLocaleString('en').padStart(15)} /s`);
  }
  process.exit();
}
