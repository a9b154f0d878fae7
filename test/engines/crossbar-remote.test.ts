import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CrossbarLink } from '../../src/crossbar/link.ts';
import type { Estrom } from '../../src/estrom.ts';
import { Beaters } from '../../src/fanout/crossbar/beaters.ts';
import { RemoteTopics } from '../../src/fanout/crossbar/remote-topics.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { send } from '../contract/broker-contract.ts';
import { defaults, EPOCH, Reader, Server } from '../fanout/tails.ts';
import { Crossbar } from './crossbar.ts';
import { estromAt } from './crossbar-composed.ts';
import { EventProxy } from './event-proxy.ts';

const log = createLogger(process.env['ESTROM_TEST_LOG'] ?? 'silent');
const ORDINAL = 7;
const EVENT = 36;

interface Line {
  readonly _id?: string;
  readonly _seq?: string;
  readonly _source?: { readonly n: number };
  readonly _gap?: {
    readonly count: number | null;
    readonly reason: string;
    from: string;
    to: string;
  };
}

describe.each(['json', 'msgpack'])('tails of a node that ingests nothing, by %s', (serializer) => {
  let crossbar: Crossbar;
  let proxy: EventProxy;
  let estrom: Estrom;
  let server: Server;
  let link: CrossbarLink;
  let remote: RemoteTopics;
  let reader: Reader;
  let id: string;
  let sent = 0;

  const lines = (): Line[] =>
    reader.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  const numbers = () => lines().map(({ _source, _gap }) => _source?.n ?? _gap);
  const sendMore = async (count: number) => {
    const sources = Array.from(
      { length: count },
      () => `{"n":${sent++},"m":"x","f":1.0,"é":"\\u00e9"}`,
    );
    await send({ http: estrom.url }, 'c', sources);
  };

  beforeAll(async () => {
    crossbar = await Crossbar.start();
    proxy = await EventProxy.start(crossbar.backend, serializer);
    estrom = await estromAt(crossbar);
    const response = await fetch(`${estrom.url}/api/v0.1/queries`, {
      method: 'POST',
      body: '{"index":"c","query":"m:x"}',
    });
    ({ subscription_id: id } = (await response.json()) as { subscription_id: string });

    server = await new Server({ topicLinger: 60_000 }).listen();
    const config = defaults({
      topicLinger: 60_000,
      crossbar: proxy.url,
      crossbarSerializer: serializer,
      crossbarAckTimeout: 3000,
    });
    const metrics = new Metrics();
    link = new CrossbarLink({ config, log, metrics });
    link.start();
    remote = new RemoteTopics({ config, link, hub: server.hub, epoch: EPOCH, log, metrics });
    await remote.start();
    await remote.open(id, ORDINAL);
    reader = await Reader.open(server.port, `?q=${ORDINAL}&format=ndjson`);
  });
  afterAll(async () => {
    remote.close();
    await link.close();
    await server.close();
    await estrom.close();
    await proxy.close();
    await crossbar.stop();
  });

  it('bring the hits of other nodes with positions of this one', async () => {
    await sendMore(100);
    await reader.sees('"n":99,');
    expect(lines().map(({ _source }) => _source?.n)).toEqual(
      Array.from({ length: 100 }, (_, n) => n),
    );
    expect(lines().map(({ _seq }) => _seq)).toEqual(
      Array.from({ length: 100 }, (_, n) => `${EPOCH}-${n + 1}`),
    );
    // Nothing of the document is lost that JavaScript would not keep.
    expect(reader.text).toMatch(/"_source":\{"n":0,"m":"x","f":1\.0,"é":"é"\}\}\n/);
  });

  it('tell how many hits did not arrive', async () => {
    let seen = 0;
    proxy.drops = ([type, , , , args]) => {
      if (type !== EVENT || JSON.stringify(args).includes('_gap')) return false;
      seen++;
      return seen >= 4 && seen <= 8;
    };
    const before = lines().length;
    await sendMore(10);
    await reader.sees('"n":109,');
    proxy.drops = () => false;
    expect(numbers().slice(before)).toEqual([
      100,
      101,
      102,
      { count: 5, reason: 'lost', from: `${EPOCH}-104`, to: `${EPOCH}-108` },
      108,
      109,
    ]);
  });

  it('tell that hits may be missing after a loss of the connection, once', async () => {
    const before = lines().length;
    const rejoined = new Promise<void>((resolve) => link.onJoined(resolve));
    proxy.cut();
    await rejoined;
    await remote.open(id, ORDINAL);
    await sendMore(5);
    await reader.sees('"n":114,');
    expect(numbers().slice(before)).toEqual([
      { count: null, reason: 'lost', from: `${EPOCH}-111`, to: `${EPOCH}-111` },
      110,
      111,
      112,
      113,
      114,
    ]);
  });

  it('show the gap to those who resume as well, and as one to browsers', async () => {
    const resumed = await Reader.open(server.port, `?q=${ORDINAL}&format=sse&after=${EPOCH}-103`);
    await resumed.sees('"n":114,');
    const kinds = resumed.text.split('\n').filter((line) => line.startsWith('event: '));
    expect(kinds.filter((kind) => kind === 'event: gap')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'event: hit')).toHaveLength(7);
    resumed.destroy();
  });

  it('keep their topic when one comes as the last one leaves', async () => {
    const own = await new Server({ topicLinger: 0 }).listen();
    const { hub } = own;
    const config = defaults({
      topicLinger: 0,
      crossbar: crossbar.backend,
      crossbarAckTimeout: 3000,
    });
    const metrics = new Metrics();
    const ownLink = new CrossbarLink({ config, log, metrics });
    ownLink.start();
    const topics = new RemoteTopics({ config, link: ownLink, hub, epoch: EPOCH, log, metrics });
    await topics.start();
    await topics.open(id, ORDINAL);
    const first = await Reader.open(own.port, `?q=${ORDINAL}&format=ndjson`);
    await topics.open(id, ORDINAL);
    const left = own.queries.nextRelease();
    first.destroy();
    await left;
    topics.dropped(ORDINAL);
    const second = await Reader.open(own.port, `?q=${ORDINAL}&format=ndjson`);
    await sendMore(1);
    await second.sees(`"n":${sent - 1},`);
    topics.ended(ORDINAL);
    topics.close();
    await ownLink.close();
    await own.close();
  });

  it('open only when every live node that publishes says that it knows', async () => {
    const other = '0123456789abcdef0123456789abcdef';
    const answers = Promise.withResolvers<boolean>();
    const beater = new CrossbarLink({
      config: defaults({ crossbar: crossbar.backend, crossbarAckTimeout: 3000 }),
      log,
      metrics: new Metrics(),
    });
    beater.start();
    const asked: unknown[] = [];
    await beater.ready();
    const unregister = await beater.register('estrom.beater.slow', ({ args }) => {
      asked.push(...args);
      return answers.promise;
    });
    await expect(remote.open(other, 8)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(asked).toEqual([other]);
    answers.resolve(true);
    await remote.open(other, 8);
    expect(asked).toEqual([other, other]);
    unregister();
    await beater.close();
    const beaters = new Beaters(link, log);
    await beaters.start();
    expect(beaters.size).toBe(1);
  });
});
