import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Crossbar } from '../crossbar.ts';
import { Elasticsearch } from '../elasticsearch.ts';
import { FaultProxy } from './fault-proxy.ts';
import { HEAD, line, type Outcome, run, type Scenario } from './scenario.ts';

const MIB = 1024 * 1024;
/** Above what the process had before: buffers in flight are bounded by settings that add up to about this. */
const MAX_GROWTH = 64 * MIB;

const lines: string[] = [];

async function holds(scenario: Scenario): Promise<Outcome> {
  const outcome = await run(scenario);
  lines.push(line(scenario.name, outcome));
  const { documents, accepted, percolated, tail, wamp, growth, refusals } = outcome;
  expect(accepted).toBe(documents);
  expect(percolated).toBeGreaterThanOrEqual(documents);
  expect(tail.distinct).toBe(documents);
  expect(wamp?.distinct ?? documents).toBe(documents);
  expect(growth).toBeLessThan(MAX_GROWTH);
  // Held as long as there is room, then refused as a whole. With --forward also what Elasticsearch itself
  // answers, and a cut connection where nobody knows what it has stored.
  const known = scenario.flags.includes('--forward') ? ['429', '503', 'ECONNRESET'] : ['429'];
  expect(Object.keys(refusals).filter((how) => !known.includes(how))).toEqual([]);
  return outcome;
}

afterAll(() => {
  console.log(`\n${HEAD}\n${lines.join('\n')}\n`);
});

const MODES: readonly (readonly [string, readonly string[]])[] = [
  ['percolates', []],
  ['percolates and stores', ['--forward']],
  ['stores', ['--forward', '--engine', 'embedded']],
];
const FAULTS: readonly (readonly [string, (proxy: FaultProxy) => void | Promise<void>])[] = [
  ['answers 429', (proxy) => proxy.answer(429)],
  ['answers 503', (proxy) => proxy.answer(503)],
  ['stalls, with connections half open', (proxy) => proxy.stall()],
  ['cannot be reached', (proxy) => proxy.leave()],
];

// Each waits most of its time.
describe.concurrent.each(MODES)(
  'while Elasticsearch %s, nothing accepted is lost and memory stays bounded when it',
  (what, mode) => {
    test.each(FAULTS)('%s', async (name, fault) => {
      const proxy = await FaultProxy.open(inject('elasticsearch'));
      const flags = ['--elasticsearch', proxy.url, '--elasticsearch-timeout', '3s'];
      const prefix = ['--elasticsearch-prefix', `faults-${randomUUID()}`];
      try {
        await holds({
          name: `Elasticsearch ${what}: ${name}`,
          flags: [...mode, ...flags, ...prefix],
          lasts: 4_000,
          fault: () => fault(proxy),
          recover: () => proxy.pass(),
        });
      } finally {
        await proxy.close();
      }
    });
  },
);

test('a slow Elasticsearch slows its senders, and costs no document', async () => {
  const slow = await FaultProxy.open(inject('elasticsearch'), { delay: 300 });
  const flags = [
    '--forward',
    '--elasticsearch',
    slow.url,
    '--elasticsearch-prefix',
    `faults-${randomUUID()}`,
  ];
  await holds({
    name: 'Elasticsearch answers 300 ms later',
    flags,
    lasts: 3_000,
    fault: () => {},
    recover: () => {},
  });
  await slow.close();
});

test('an Elasticsearch that is killed and started again costs no document', async () => {
  const data = `${process.cwd()}/.cache/faults-${process.pid}`;
  let server = await Elasticsearch.start({ data, heap: '512m' });
  const port = Number(new URL(server.url).port);
  try {
    await holds({
      name: 'Elasticsearch is killed, and started again',
      flags: ['--forward', '--elasticsearch', server.url, '--elasticsearch-timeout', '3s'],
      lasts: 2_000,
      fault: async () => {
        await server.stop('SIGKILL');
      },
      recover: async () => {
        server = await Elasticsearch.start({ data, heap: '512m', port });
      },
    });
  } finally {
    await server.stop();
  }
});

describe('nothing accepted is lost and memory stays bounded when Crossbar.io', () => {
  let crossbar: Crossbar;
  beforeAll(async () => {
    crossbar = await Crossbar.start();
  });
  afterAll(() => crossbar.stop());

  const scenario = (proxy: FaultProxy): Scenario => ({
    name: '',
    flags: [
      '--crossbar',
      `${proxy.url.replace('http', 'ws')}/ws`,
      '--crossbar-ack-timeout',
      '2s',
      '--crossbar-topic-rate',
      '0',
    ],
    wamp: crossbar.url,
    lasts: 4_000,
    fault: () => {},
    recover: () => proxy.pass(),
  });

  test('stalls', async () => {
    const proxy = await FaultProxy.open(crossbar.url);
    await holds({
      ...scenario(proxy),
      name: 'the link to Crossbar.io stalls',
      fault: () => proxy.stall(),
    });
    await proxy.close();
  });

  test('cannot be reached', async () => {
    const proxy = await FaultProxy.open(crossbar.url);
    await holds({
      ...scenario(proxy),
      name: 'the link to Crossbar.io is cut',
      fault: () => proxy.leave(),
    });
    await proxy.close();
  });

  test('is frozen', async () => {
    const proxy = await FaultProxy.open(crossbar.url);
    await holds({
      ...scenario(proxy),
      name: 'Crossbar.io is frozen',
      fault: () => crossbar.signal('SIGSTOP'),
      recover: () => crossbar.signal('SIGCONT'),
    });
    await proxy.close();
  });
});
