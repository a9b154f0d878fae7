import { BulkSender, type Sent } from './bulk-sender.ts';
import { HitCounter } from './hit-counter.ts';
import { ServerProcess, type ThreadTimes, threadTimes } from './server-process.ts';
import { median, percentile, significant } from './statistics.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';
import {
  BATCH_DOCUMENTS,
  DOCUMENTS,
  makeWorkload,
  queryText,
  WATCHED_SHARE,
  type Workload,
  watchedQuery,
} from './workload.ts';

const QUERIES = 10_000;
const CONNECTIONS = 4;
const ROUNDS = 7;
const WARM_UP_SECONDS = 3;
const INDEX = 'logs';
const WATCHED_A_BODY = BATCH_DOCUMENTS * WATCHED_SHARE;

/** The program against the same composition with only the call of the engine removed, turn by turn. */
export const endToEnd: Suite = {
  about: `_bulk of ${BATCH_DOCUMENTS} documents over ${CONNECTIONS} connections, ${QUERIES} queries, a tail that gets 1 %`,
  cases: ['any field', 'fields'],
  run,
};

async function run(name: string, { seconds }: BenchOptions): Promise<readonly Row[]> {
  const workload = makeWorkload(QUERIES, name === 'any field');
  const matching = await Side.start('estrom', workload);
  const unmatched = await Side.start('unmatched', workload);
  try {
    for (const side of [matching, unmatched]) await side.round(WARM_UP_SECONDS);
    for (const side of [matching, unmatched]) side.rounds.length = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const side of [unmatched, matching]) await side.round(seconds);
    }
    const ratios = matching.rates.map((rate, i) => rate / unmatched.rates[i]!);
    return [
      { server: 'estrom', queries: name, ratio: median(ratios).toFixed(2), ...matching.row() },
      { server: 'no match call', queries: name, ratio: '1', ...unmatched.row() },
    ];
  } finally {
    await matching.stop();
    await unmatched.stop();
  }
}

interface Round extends Sent {
  readonly server: ThreadTimes;
  readonly client: number;
}

/** One server with its senders and its tail. */
export class Side {
  readonly rounds: Round[] = [];
  readonly #server: ServerProcess;
  readonly #sender: BulkSender;
  /** Undefined where nothing matches. */
  readonly #tail: HitCounter | undefined;
  #bodies = 0;

  private constructor(server: ServerProcess, sender: BulkSender, tail: HitCounter | undefined) {
    this.#server = server;
    this.#sender = sender;
    this.#tail = tail;
  }

  static async start(
    kind: 'estrom' | 'unmatched',
    workload: Workload,
    nodeFlags: readonly string[] = [],
  ): Promise<Side> {
    const server = await ServerProcess.start(kind, nodeFlags);
    await register(server.url, workload);
    const tail = await HitCounter.open(server.url, INDEX, watchedQuery);
    if (kind === 'unmatched') tail.close();
    const sender = new BulkSender(bodiesOf(workload.documents));
    await sender.connect(server.url, CONNECTIONS);
    if (kind === 'estrom') await checkCounts(server.url, sender, tail, workload);
    const side = new Side(server, sender, kind === 'estrom' ? tail : undefined);
    side.#bodies = tail.hits / WATCHED_A_BODY;
    return side;
  }

  /** Sends for so long; the clock stops when all is answered, which says that matches are in the outboxes. */
  async round(seconds: number): Promise<void> {
    const before = threadTimes(this.#server.pid);
    const clientBefore = process.cpuUsage();
    const sent = await this.#sender.run(seconds);
    const after = threadTimes(this.#server.pid);
    const { user, system } = process.cpuUsage(clientBefore);
    this.#bodies += sent.bodies;
    await this.#tail?.expect(this.#bodies * WATCHED_A_BODY);
    const server = {
      main: after.main - before.main,
      workers: after.workers - before.workers,
      others: after.others - before.others,
    };
    this.rounds.push({ ...sent, server, client: (user + system) / 1e6 });
  }

  /** Documents a second of each round. */
  get rates(): number[] {
    return this.rounds.map(({ bodies, seconds }) => (bodies * BATCH_DOCUMENTS) / seconds);
  }

  row(): Row {
    const times = this.rounds.flatMap((round) => round.times);
    const microseconds = (of: (round: Round) => number) =>
      significant(
        median(this.rounds.map((round) => (of(round) / (round.bodies * BATCH_DOCUMENTS)) * 1e6)),
      );
    return {
      'docs/s': significant(median(this.rates)),
      'p50 ms/body': significant(percentile(times, 0.5)),
      'p99 ms/body': significant(percentile(times, 0.99)),
      'µs/doc main': microseconds(({ server }) => server.main),
      workers: microseconds(({ server }) => server.workers),
      'other threads': microseconds(({ server }) => server.others),
      client: microseconds(({ client }) => client),
      'resident MiB': this.#server.residentMiB,
    };
  }

  async stop(): Promise<void> {
    this.#sender.close();
    this.#tail?.close();
    await this.#server.stop();
  }
}

function bodiesOf(documents: readonly string[]): Buffer[] {
  const action = `{"index":{"_index":"${INDEX}"}}\n`;
  const bodies: Buffer[] = [];
  for (let from = 0; from < documents.length; from += BATCH_DOCUMENTS) {
    const lines = documents.slice(from, from + BATCH_DOCUMENTS).map((each) => `${action}${each}\n`);
    bodies.push(Buffer.from(lines.join('')));
  }
  return bodies;
}

async function register(url: string, { queries }: Workload): Promise<void> {
  const lines = queries.map((query) => JSON.stringify({ index: INDEX, query: queryText(query) }));
  const body = `${lines.join('\n')}\n`;
  const response = await fetch(`${url}/api/v0.1/queries/_bulk`, { method: 'POST', body });
  const answer = (await response.json()) as { errors: boolean; items: unknown[] };
  if (answer.errors || answer.items.length !== queries.length) throw new Error('not registered');
  // What the registrations leave to merge is merged by then.
  await new Promise((resolve) => setTimeout(resolve, 1000));
}

/** Sends every document, and compares the matches that the server counts with the workload's. */
async function checkCounts(
  url: string,
  sender: BulkSender,
  tail: HitCounter,
  workload: Workload,
): Promise<void> {
  const matches = () => metric(url, 'estrom_percolate_matches_total');
  const before = await matches();
  await sender.once();
  const watched = DOCUMENTS * WATCHED_SHARE;
  await tail.expect(watched);
  const found = (await matches()) - before - watched;
  if (found !== workload.matches) throw new Error(`${found} matches, not ${workload.matches}`);
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`no metric ${name}`);
  return Number(line.slice(name.length + 1));
}
