import { BulkSender } from './bulk-sender.ts';
import { openCrowd, readMetrics, until } from './crowd.ts';
import { ServerProcess } from './server-process.ts';
import { significant } from './statistics.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';

const IDLE = 10_000;
const BUSY = 1000;
const CROWD = 1000;
const BODY_DOCUMENTS = 500;
const PAD = 'x'.repeat(100);
/** Two rounds of heartbeats: each tail has been written to by then. */
const SETTLE = 16_000;
const WARM_UP_SECONDS = 1;
const FAN_OUT_BODY = 50;

/** Real sockets: the server in one process, all its clients in this one. */
export const tails: Suite = {
  about: 'tails over real sockets; every count is checked',
  cases: ['idle, Node alone', 'idle, a topic each', 'idle, one topic', 'busy', 'fan-out', 'singly'],
  async run(name, options) {
    const server = await ServerProcess.start(name === 'idle, Node alone' ? 'bare' : 'estrom');
    try {
      return [await CASES[name]!(server, options)];
    } finally {
      await server.stop();
    }
  },
};

const CASES: Readonly<
  Record<string, (server: ServerProcess, options: BenchOptions) => Promise<Row>>
> = {
  'idle, Node alone': (server) => idle(server, 'Node alone', () => ''),
  'idle, a topic each': (server) => idle(server, 'a topic each', ownQuery),
  'idle, one topic': (server) => idle(server, 'one topic', () => 'i=logs&q=all:true'),
  busy,
  'fan-out': fanOut,
  singly,
};

const ownQuery = (k: number) => `i=logs&q=tail:${k}`;
const documentOf = (k: number) => `{"tail":${k},"all":true,"pad":"${PAD}"}`;

function bodyOf(numbers: readonly number[]): Buffer {
  const action = '{"index":{"_index":"logs"}}\n';
  return Buffer.from(numbers.map((k) => `${action}${documentOf(k)}\n`).join(''));
}

function bodiesOf(count: number): Buffer[] {
  const numbers = Array.from({ length: count }, (_, k) => k);
  const starts = numbers.filter((k) => k % BODY_DOCUMENTS === 0);
  return starts.map((from) => bodyOf(numbers.slice(from, from + BODY_DOCUMENTS)));
}

async function senderTo({ url }: ServerProcess, bodies: readonly Buffer[], connections: number) {
  const sender = new BulkSender(bodies);
  await sender.connect(url, connections);
  return sender;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** @throws Error unless nothing was lost */
async function checkNothingLost(url: string, delivered: number): Promise<void> {
  const metric = await readMetrics(url);
  const found = ['delivered', 'shed', 'left'].map((what) => metric(`estrom_hits_${what}_total`));
  if (found.join() !== `${delivered},0,0`) {
    throw new Error(`delivered, shed, left: ${found.join(', ')}, not ${delivered}, 0, 0`);
  }
}

async function idle(
  server: ServerProcess,
  topics: string,
  queryOf: (k: number) => string,
): Promise<Row> {
  const { url } = server;
  // What the first tails load and compile is not what a tail costs.
  for (const tail of await openCrowd(url, 500, queryOf)) tail.close();
  await sleep(2000);
  const before = server.residentKiB;
  const began = performance.now();
  const crowd = await openCrowd(url, IDLE, queryOf);
  const opened = (performance.now() - began) / 1000;
  await sleep(SETTLE);
  const row = {
    tails: IDLE,
    topics,
    'opened/s': significant(IDLE / opened),
    'KiB each': significant((server.residentKiB - before) / IDLE),
  };
  if (topics === 'Node alone') return { ...row, 'KiB each, one hit later': '' };
  // Idle, not dead: each gets its document.
  const isShared = topics === 'one topic';
  const sender = await senderTo(server, bodiesOf(isShared ? 1 : IDLE), 1);
  await sender.once();
  const got = () => crowd.filter(({ hits }) => hits === 1).length;
  await until('every tail has one hit', () => got() === IDLE);
  await checkNothingLost(url, IDLE);
  const after = significant((server.residentKiB - before) / IDLE);
  sender.close();
  return { ...row, 'KiB each, one hit later': String(after) };
}

/** Each document is for one of the tails, in turn: two bodies, each for one half of them. */
async function busy(server: ServerProcess, { seconds }: BenchOptions): Promise<Row> {
  const crowd = await openCrowd(server.url, BUSY, ownQuery);
  const sender = await senderTo(server, bodiesOf(BUSY), 4);
  const warm = await sender.run(WARM_UP_SECONDS);
  const began = performance.now();
  const { bodies } = await sender.run(seconds);
  const total = warm.bodies + bodies;
  const wanted = (k: number) => Math.floor((total + (k < BODY_DOCUMENTS ? 1 : 0)) / 2);
  await until('every tail has its hits', () => crowd.every(({ hits }, k) => hits >= wanted(k)));
  const took = (performance.now() - began) / 1000;
  if (crowd.some(({ hits }, k) => hits !== wanted(k))) throw new Error('some tail has too many');
  await checkNothingLost(server.url, total * BODY_DOCUMENTS);
  sender.close();
  return {
    tails: BUSY,
    'docs/s': significant((bodies * BODY_DOCUMENTS) / took),
    'hits, each once at its tail': total * BODY_DOCUMENTS,
    lost: 0,
  };
}

/** Every document is for all tails; they block, since a sum is to be exact under full load. */
async function fanOut(server: ServerProcess, { seconds }: BenchOptions): Promise<Row> {
  const bodies = [bodyOf(Array.from({ length: FAN_OUT_BODY }, (_, k) => k))];
  return await share(server, seconds, bodies, FAN_OUT_BODY);
}

/** The same with one document a request, and the next one when it is answered. */
async function singly(server: ServerProcess, { seconds }: BenchOptions): Promise<Row> {
  return await share(server, seconds, [bodyOf([0])], 1);
}

async function share(
  server: ServerProcess,
  seconds: number,
  bodies: readonly Buffer[],
  documents: number,
): Promise<Row> {
  const { url } = server;
  const query = 'i=logs&q=all:true&on_slow=block';
  // One tail counts hits, the others bytes: a client that counted a million a second would be the limit.
  const [witness] = await openCrowd(url, 1, () => query);
  const crowd = await openCrowd(url, CROWD - 1, () => query, { counts: false });
  const sender = await senderTo(server, bodies, 1);
  const warm = await sender.run(WARM_UP_SECONDS);
  const began = performance.now();
  const { bodies: sent } = await sender.run(seconds);
  const hits = (warm.bodies + sent) * documents;
  await until('the witness has all', () => witness!.hits >= hits);
  // Frames of chunks may differ where a tail waited, payloads may not.
  const { payload } = witness!;
  await until('all have as much', () => crowd.every((tail) => tail.payload >= payload));
  const took = (performance.now() - began) / 1000;
  const odd = crowd.filter((tail) => tail.payload !== payload).length;
  if (odd > 0 || witness!.hits !== hits) throw new Error(`${odd} tails got something else`);
  await checkNothingLost(url, hits * CROWD);
  sender.close();
  return {
    tails: CROWD,
    'docs a request': documents,
    'docs/s': significant((sent * documents) / took),
    'deliveries/s': significant((sent * documents * CROWD) / took),
    'MB/s': significant((payload / hits) * ((sent * documents * CROWD) / took / 1e6)),
    lost: 0,
  };
}
