import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { WampClient } from '../test/contract/wamp-client.ts';
import { Crossbar } from '../test/engines/crossbar.ts';
import { BulkSender } from './bulk-sender.ts';
import { ServerProcess, threadTimes } from './server-process.ts';
import { significant } from './statistics.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';

const BODY = 100;
const DOCUMENT_BYTES = 300;
const CONNECTIONS = 4;
const WARM_UP_SECONDS = 1;

/** One topic, everything that is sent matches; each subscriber is a WAMP session in json. */
export const brokers: Suite = {
  about:
    'hits of one topic through the embedded broker and through Crossbar.io, all counted at the subscribers',
  cases: [
    'embedded, 0',
    'embedded, 1',
    'embedded, 50',
    'Crossbar.io, 0',
    'Crossbar.io, 1',
    'Crossbar.io, 50',
  ],
  async run(name, options) {
    const [broker = '', subscribers] = name.split(', ');
    const crossbar = broker === 'embedded' ? undefined : await Crossbar.start();
    try {
      return [await measure(crossbar, Number(subscribers), options)];
    } finally {
      await crossbar?.stop();
    }
  },
};

async function measure(
  crossbar: Crossbar | undefined,
  subscribers: number,
  { seconds }: BenchOptions,
): Promise<Row> {
  // What is over a topic's rate would be shed: here the router's own pace is asked for.
  // And little may be under way, or what the router still has to deliver takes minutes.
  const flags =
    crossbar === undefined
      ? []
      : [
          ...['--crossbar', crossbar.backend],
          ...['--crossbar-topic-rate', '0'],
          ...['--crossbar-pending', '256KiB'],
        ];
  const server = await ServerProcess.start('estrom', [], flags);
  const url = crossbar?.url ?? `${server.url.replace('http', 'ws')}/ws`;
  const client = await WampClient.open(url, 'json');
  const topic = await client.register('hits', '*');
  const first = await client.subscribe(topic);
  // With no subscriber left the topic stays active for a while: its hits are still published.
  // The embedded broker would shed for who is too slow; Crossbar.io knows no such thing.
  const options = crossbar === undefined ? { x_on_slow: 'block' } : {};
  const crowd = await Crowd.open(url, subscribers, topic, options);
  await first.unsubscribe();
  const sender = new BulkSender([bodyOf()]);
  try {
    await sender.connect(server.url, CONNECTIONS);
    const warm = await sender.run(WARM_UP_SECONDS);
    await crowd.reached(warm.bodies * BODY * subscribers);
    const began = performance.now();
    const before = threadTimes(server.pid);
    const { bodies } = await sender.run(seconds);
    await crowd.reached((warm.bodies + bodies) * BODY * subscribers);
    const took = (performance.now() - began) / 1000;
    const used = threadTimes(server.pid).main - before.main;
    const documents = bodies * BODY;
    return {
      broker: crossbar === undefined ? 'embedded' : 'Crossbar.io',
      subscribers,
      'publishes/s': significant(documents / took),
      'deliveries/s': significant((documents * subscribers) / took),
      'main thread of estrom': `${Math.round((used / took) * 100)} %`,
    };
  } finally {
    sender.close();
    crowd.close();
    await client.close();
    await server.stop();
  }
}

function bodyOf(): Buffer {
  const pad = 'x'.repeat(DOCUMENT_BYTES - 20);
  const line = `{"index":{"_index":"hits"}}\n{"pad":"${pad}"}\n`;
  return Buffer.from(line.repeat(BODY));
}

/** Subscribers in another process, so that their cost is not the server's. */
class Crowd {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async open(url: string, count: number, topic: string, options: object): Promise<Crowd> {
    const file = new URL('./wamp-crowd.ts', import.meta.url);
    const child = fork(file, [url, String(count), topic, JSON.stringify(options)]);
    await once(child, 'message');
    return new Crowd(child);
  }

  /** Resolves when so many events have come. @throws Error when there are more */
  async reached(count: number): Promise<void> {
    for (;;) {
      this.#child.send('how many?');
      const [events] = (await once(this.#child, 'message')) as [number];
      if (events > count) throw new Error(`${events} events have come, not ${count}`);
      if (events === count) return;
    }
  }

  close(): void {
    this.#child.kill();
  }
}
