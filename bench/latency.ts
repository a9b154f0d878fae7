import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { ServerProcess } from './server-process.ts';
import { percentile, significant } from './statistics.ts';
import type { Row, Suite } from './suite.ts';

/** Documents of one request, by case. */
const CASES: Readonly<Record<string, number>> = { 'one document': 1, 'bulk of 20': 20 };
const CONNECTIONS = 8;
const PAD = 'x'.repeat(300);
const TIME = /"n":(\d+),"at":([\d.]+)/g;
const PATIENCE = 10_000;

/** A kept connection that sends one request at a time. */
class Connection {
  readonly #socket: net.Socket;
  #answer = '';
  #done: () => void = () => {};

  constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => this.#take(text));
  }

  static async open(url: string): Promise<Connection> {
    const port = Number(new URL(url).port);
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /** Documents whose numbers begin with `first`, with the time at which they are sent. */
  send(first: number, count: number): Promise<void> {
    const at = performance.now().toFixed(3);
    let body = '';
    for (let n = first; n < first + count; n++) {
      body += `{"index":{"_index":"logs"}}\n{"n":${n},"at":${at},"kind":"flow","pad":"${PAD}"}\n`;
    }
    const head = `POST /_bulk?filter_path=errors HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`;
    this.#socket.write(head + body, 'latin1');
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#answer += text;
    if (!this.#answer.endsWith('}')) return;
    if (!this.#answer.startsWith('HTTP/1.1 200') || !this.#answer.endsWith('{"errors":false}')) {
      throw new Error(`_bulk answered ${this.#answer}`);
    }
    this.#answer = '';
    this.#done();
  }
}

/** A tail that notes how long each document was under way. */
class TimingTail {
  readonly times: number[] = [];
  readonly #seen = new Set<number>();
  #rest = '';

  static async open(url: string): Promise<TimingTail> {
    const path = '/api/v0.1/docs?i=logs&q=kind:flow&format=ndjson&on_slow=block';
    const request = http.get(url + path, { agent: false });
    const [message] = (await once(request, 'response')) as [http.IncomingMessage];
    const tail = new TimingTail();
    message.setEncoding('latin1').on('data', (text: string) => tail.#take(text));
    return tail;
  }

  /** @throws Error unless each of so many documents came exactly once */
  async expect(count: number): Promise<void> {
    const end = performance.now() + PATIENCE;
    while (this.times.length < count && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (this.times.length !== count || this.#seen.size !== count) {
      throw new Error(`${this.times.length} hits of ${this.#seen.size} documents, not ${count}`);
    }
  }

  #take(text: string): void {
    const now = performance.now();
    const whole = this.#rest + text;
    const end = whole.lastIndexOf('\n') + 1;
    this.#rest = whole.slice(end);
    for (const [, n, at] of whole.slice(0, end).matchAll(TIME)) {
      this.#seen.add(Number(n));
      this.times.push(now - Number(at));
    }
  }
}

/** Sends numbered requests over kept connections. */
class Load {
  sent = 0;
  readonly #documents: number;
  readonly #connections: readonly Connection[];

  constructor(connections: readonly Connection[], documents: number) {
    this.#connections = connections;
    this.#documents = documents;
  }

  /** Requests as fast as they are answered. @returns requests a second */
  async full(seconds: number): Promise<number> {
    const end = performance.now() + seconds * 1000;
    let requests = 0;
    const one = async (connection: Connection) => {
      for (; performance.now() < end; requests++)
        await connection.send(this.#next(), this.#documents);
    };
    await Promise.all(this.#connections.map(one));
    return requests / seconds;
  }

  /** So many requests a second, at even distances. @returns how many were really sent a second */
  async paced(rate: number, seconds: number): Promise<number> {
    const idle = [...this.#connections];
    const began = performance.now();
    const under: Promise<void>[] = [];
    let requests = 0;
    for (let now = began; now < began + seconds * 1000; now = performance.now()) {
      const due = Math.floor(((now - began) / 1000) * rate);
      while (requests < due) {
        const connection = idle.pop();
        if (connection === undefined) break;
        requests++;
        const answered = connection.send(this.#next(), this.#documents);
        under.push(answered.then(() => void idle.push(connection)));
      }
      // Not at once: a thread that spins would take a processor from the server.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(under);
    return requests / seconds;
  }

  #next(): number {
    const first = this.sent;
    this.sent += this.#documents;
    return first;
  }
}

async function measure(name: string, seconds: number): Promise<Row> {
  const server = await ServerProcess.start('estrom');
  try {
    const tail = await TimingTail.open(server.url);
    const opening = Array.from({ length: CONNECTIONS }, () => Connection.open(server.url));
    const connections = await Promise.all(opening);
    const load = new Load(connections, CASES[name]!);
    // The first second warms up.
    await load.full(1);
    const most = await load.full(seconds);
    await tail.expect(load.sent);
    const before = tail.times.length;
    const rate = await load.paced(most / 2, seconds);
    await tail.expect(load.sent);
    const times = tail.times.slice(before);
    for (const connection of connections) connection.close();
    return {
      case: name,
      'requests/s': Math.round(rate),
      'docs/s': Math.round(rate * CASES[name]!),
      'load %': Math.round((rate / most) * 100),
      'p50 ms': significant(percentile(times, 0.5)),
      'p99 ms': significant(percentile(times, 0.99)),
      'max ms': significant(percentile(times, 1)),
    };
  } finally {
    await server.stop();
  }
}

/** Sender, tail and server share the machine, and sender and tail a thread: what is measured is their sum. */
export const latency: Suite = {
  about: 'from sending a document to reading it at a tail, at half load',
  cases: Object.keys(CASES),
  run: async (name, { seconds }) => [await measure(name, seconds)],
};
