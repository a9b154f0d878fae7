import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Bench } from 'tinybench';
import { loadConfig } from '../src/config-load.ts';
import { FORMAT_NAMES, FORMATS, type FormatName } from '../src/fanout/formats.ts';
import { Framer } from '../src/fanout/framing.ts';
import { Hub } from '../src/fanout/hub.ts';
import { Tail } from '../src/fanout/tail.ts';
import { Metrics } from '../src/metrics.ts';
import { residentMiB } from './machine.ts';
import { significant } from './statistics.ts';
import type { Suite } from './suite.ts';

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
  write(data: string | Buffer, written?: () => void): boolean {
    this.bytes += data.length;
    written?.();
    return true;
  }
}

const document = Buffer.from(new SharedArrayBuffer(SOURCE_BYTES));
document.set(Buffer.from(`{"message":"${'x'.repeat(SOURCE_BYTES - 14)}"}`));
const framer = new Framer('abcdefgh');
const frame = (seq: number) =>
  framer.frame('logs-app', 'AAAAAAAAAAAAAAAAAAAA', seq, document, 0, SOURCE_BYTES);

/** A hub with a thousand tails of one format on topic 0. */
function makeHub(format: FormatName): { hub: Hub; responses: NullResponse[] } {
  const { config } = loadConfig({}, {});
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
  for (let k = 0; k < hits; k++) {
    const hit = frame(k);
    hub.publish({ ordinal: 0, hit });
    hit.memory.release();
  }
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

/** Hits a turn: documents that come singly, and under load. */
const CASES: Readonly<Record<string, number>> = { singly: 1, 'under load': HITS };

export const framing: Suite = {
  about: `one topic to ${TAILS} tails, framed once, without sockets`,
  cases: FORMAT_NAMES.flatMap((format) => Object.keys(CASES).map((name) => `${format} ${name}`)),
  run: async (name, { seconds }) => {
    const format = FORMAT_NAMES.find((each) => name.startsWith(each))!;
    const hits = CASES[name.slice(format.length + 1)]!;
    await verify(format);
    const { hub } = makeHub(format);
    const bench = new Bench({ time: seconds * 1000, warmupTime: 300 });
    bench.add(name, () => publishTurn(hub, hits));
    await bench.run();
    const { result } = bench.tasks[0]!;
    if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
    const { latency } = result;
    return [
      {
        tails: name,
        'hits a turn': hits,
        'docs/s': significant((hits / latency.p50) * 1000),
        'deliveries/s': significant(((hits * TAILS) / latency.p50) * 1000),
        'p50 ms/turn': significant(latency.p50),
        'p99 ms/turn': significant(latency.p99),
        'resident MiB': residentMiB(),
      },
    ];
  },
};
