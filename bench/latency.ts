import { once } from 'node:events';
import net from 'node:net';
import { CrowdTail, openCrowd, readMetrics, until } from './crowd.ts';
import { IdleClock } from './idle-clock.ts';
import { ServerProcess } from './server-process.ts';
import { percentile, significant } from './statistics.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';
import {
  BATCH_DOCUMENTS,
  makeWorkload,
  queryText,
  WATCHED_FIELD,
  WATCHED_SHARE,
  watchedQuery,
} from './workload.ts';

const QUERIES = 10_000;
const CONNECTIONS = 4;
const STUCK = 20;
const CALIBRATION_SECONDS = 3;
const INDEX = 'logs';
const MIB = 1 << 20;
const IDLE = 'p99 ms late, idle process';
/** Stands for the number of the body in the ids of watched documents; as long as any number. */
const PLACE = '000000000000';
const ID = /"_id":"(\d{12})-/g;

/** How long a hit takes from the first byte of its body to its tail. */
export const latency: Suite = {
  about: `first byte of a _bulk body of ${BATCH_DOCUMENTS} to a hit's arrival at a tail; ${QUERIES} queries, the tail gets 1 %`,
  cases: ['half load', 'stuck readers'],
  async run(name, options) {
    const server = await ServerProcess.start('estrom');
    try {
      const bodies = await prepare(server);
      return await (name === 'half load' ? halfLoad : stuckReaders)(server, bodies, options);
    } finally {
      await server.stop();
    }
  },
};

/** Registers the queries. @returns bodies whose watched documents have ids with a place for a number */
async function prepare({ url }: ServerProcess): Promise<Buffer[]> {
  const { documents, queries } = makeWorkload(QUERIES, false);
  const lines = queries.map((query) => JSON.stringify({ index: INDEX, query: queryText(query) }));
  const body = `${lines.join('\n')}\n`;
  const response = await fetch(`${url}/api/v0.1/queries/_bulk`, { method: 'POST', body });
  if (((await response.json()) as { errors: boolean }).errors) throw new Error('not registered');
  const bodies: Buffer[] = [];
  for (let from = 0; from < documents.length; from += BATCH_DOCUMENTS) {
    const actions = documents.slice(from, from + BATCH_DOCUMENTS).map((document, k) => {
      const isWatched = document.includes(`"${WATCHED_FIELD}":"${watchedQuery.split(':')[1]}"`);
      const id = isWatched ? `,"_id":"${PLACE}-${k}"` : '';
      return `{"index":{"_index":"${INDEX}"${id}}}\n${document}\n`;
    });
    bodies.push(Buffer.from(actions.join('')));
  }
  return bodies;
}

/** One connection that sends numbered bodies, each after the answer to the one before. */
class Sender {
  readonly #socket: net.Socket;
  readonly #requests: readonly { bytes: Buffer; places: readonly number[] }[];
  #turn = 0;

  private constructor(socket: net.Socket, bodies: readonly Buffer[]) {
    this.#socket = socket;
    this.#requests = bodies.map((body) => {
      const bytes = Buffer.concat([
        Buffer.from(
          `POST /_bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${body.length}\r\n\r\n`,
        ),
        body,
      ]);
      const places: number[] = [];
      for (let at = bytes.indexOf(PLACE); at >= 0; at = bytes.indexOf(PLACE, at + 1)) {
        places.push(at);
      }
      return { bytes, places };
    });
  }

  static async connect(url: string, bodies: readonly Buffer[]): Promise<Sender> {
    const port = Number(new URL(url).port);
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Sender(socket, bodies);
  }

  async send(number: number): Promise<void> {
    const { bytes, places } = this.#requests[this.#turn++ % this.#requests.length]!;
    for (const place of places) bytes.write(String(number).padStart(PLACE.length, '0'), place);
    this.#socket.write(bytes);
    let missing = -1;
    do {
      const [part] = (await once(this.#socket, 'data')) as [Buffer];
      if (missing < 0) {
        const end = part.indexOf('\r\n\r\n') + 4;
        const head = part.toString('latin1', 0, end);
        if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(head);
        missing = end + Number(/content-length: (\d+)/i.exec(head)![1]);
      }
      missing -= part.length;
    } while (missing > 0);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Senders, and a tail that says how long each hit took. */
class Load {
  /** Milliseconds of each hit since the last `clear()`. */
  times: number[] = [];
  readonly #senders: Sender[] = [];
  readonly #sentAt: number[] = [];
  #hits = 0;
  #rest = '';

  static async start(server: ServerProcess, bodies: readonly Buffer[]): Promise<Load> {
    const load = new Load();
    const query = `i=${INDEX}&q=${encodeURIComponent(watchedQuery)}`;
    await CrowdTail.open(server.url, query, { onData: (part) => load.#take(part) });
    for (let k = 0; k < CONNECTIONS; k++) {
      // Each writes numbers into bodies of its own.
      load.#senders.push(await Sender.connect(server.url, bodies));
    }
    return load;
  }

  /** @param pace bodies a second over all connections; Infinity for as fast as answers come */
  async run(seconds: number, pace = Number.POSITIVE_INFINITY): Promise<number> {
    const began = performance.now();
    const first = this.#sentAt.length;
    this.times = [];
    const one = async (sender: Sender, k: number) => {
      for (let turn = 0; performance.now() - began < seconds * 1000; turn++) {
        const due = began + ((turn * CONNECTIONS + k) / pace) * 1000;
        const wait = due - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        const number = this.#sentAt.push(performance.now()) - 1;
        await sender.send(number);
      }
    };
    await Promise.all(this.#senders.map(one));
    const took = (performance.now() - began) / 1000;
    const wanted = this.#sentAt.length * BATCH_DOCUMENTS * WATCHED_SHARE;
    await until('every hit', () => this.#hits >= wanted);
    if (this.#hits !== wanted) throw new Error(`${this.#hits} hits, not ${wanted}`);
    return (this.#sentAt.length - first) / took;
  }

  row(): Row {
    return {
      'p50 ms': significant(percentile(this.times, 0.5)),
      'p99 ms': significant(percentile(this.times, 0.99)),
      hits: this.times.length,
    };
  }

  close(): void {
    for (const sender of this.#senders) sender.close();
  }

  #take(part: Buffer): void {
    const now = performance.now();
    const text = this.#rest + part.toString('latin1');
    let end = 0;
    for (const match of text.matchAll(ID)) {
      this.times.push(now - this.#sentAt[Number(match[1])]!);
      this.#hits++;
      end = match.index + match[0].length;
    }
    // An id may be cut in two.
    this.#rest = text.slice(Math.max(end, text.length - 24));
  }
}

async function halfLoad(
  server: ServerProcess,
  bodies: readonly Buffer[],
  { seconds }: BenchOptions,
): Promise<readonly Row[]> {
  const load = await Load.start(server, bodies);
  await load.run(CALIBRATION_SECONDS);
  const most = await load.run(CALIBRATION_SECONDS);
  const clock = new IdleClock();
  const pace = await load.run(seconds * 3, most / 2);
  const late = await clock.stop();
  load.close();
  return [{ 'docs/s at most': rate(most), 'docs/s sent': rate(pace), ...load.row(), [IDLE]: late }];
}

/** The same tail with and without others that get every document and stop reading, turn by turn. */
async function stuckReaders(
  server: ServerProcess,
  bodies: readonly Buffer[],
  { seconds }: BenchOptions,
): Promise<readonly Row[]> {
  const everything = `i=${INDEX}`;
  // The topic of the stuck ones is framed in both turns.
  await CrowdTail.open(server.url, everything, { counts: false });
  const load = await Load.start(server, bodies);
  await load.run(CALIBRATION_SECONDS);
  const pace = (await load.run(CALIBRATION_SECONDS)) / 2;
  const rows: Row[] = [];
  for (const isStuck of [false, true, false, true]) {
    const before = server.residentKiB;
    const crowd = isStuck ? await openCrowd(server.url, STUCK, () => everything) : [];
    for (const tail of crowd) tail.pause();
    const clock = new IdleClock();
    await load.run(seconds, pace);
    const late = await clock.stop();
    const metric = await readMetrics(server.url);
    const outboxes = metric('estrom_outbox_bytes') / STUCK / MIB;
    rows.push({
      'stuck readers': crowd.length,
      'docs/s': rate(pace),
      ...load.row(),
      [IDLE]: late,
      'outbox MiB each': significant(outboxes, 2),
      'resident MiB each': isStuck
        ? significant((server.residentKiB - before) / 1024 / STUCK, 2)
        : 0,
    });
    for (const tail of crowd) tail.close();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  load.close();
  return rows;
}

const rate = (bodies: number) => significant(bodies * BATCH_DOCUMENTS);
