import { EstromProcess } from '../clients/estrom-process.ts';
import { CountingTail } from './counting-tail.ts';
import { MemoryWatch } from './resident-memory.ts';
import { documentOf, keepAlive, post, range } from './sender.ts';

const TOPICS = 1000;
const BODY_DOCUMENTS = 2500;
const DOCUMENT_BYTES = 2000;
const WARM_UP = 10;

export interface SparseRun {
  readonly topics: number;
  /** Topics whose tail got its one hit, when they were read in the end. */
  readonly delivered: number;
  /** Bytes. */
  readonly growth: number;
}

/**
 * A thousand tails with a query each, none of which reads, and `bodies` bodies of 5 MB in each of
 * which one document matches one of the queries.
 */
export async function hitsOutOfLargeBodies(bodies: number): Promise<SparseRun> {
  const server = await EstromProcess.start();
  try {
    const tails: CountingTail[] = [];
    for (const topic of range(0, TOPICS)) {
      const query = { i: 'logs', q: `topic:${topic}` };
      tails.push(await CountingTail.open(server.url, query, TOPICS, { paused: true }));
    }
    const agent = keepAlive();
    const send = async (topic: number, n: number) => {
      const plain = documentOf(TOPICS, DOCUMENT_BYTES);
      const lines = new Array<string>(BODY_DOCUMENTS).fill(plain);
      lines[n % BODY_DOCUMENTS] = documentOf(n, 300, `,"topic":${topic}`);
      const path = '/api/v0.1/docs?i=logs';
      const { status } = await post(server.url, path, lines.join('\n'), { agent });
      if (status !== 200) throw new Error(`the upload was answered ${status}`);
    };
    for (let k = 0; k < WARM_UP; k++) await send(TOPICS, k);
    const memory = new MemoryWatch(server.pid);
    for (let topic = 0; topic < bodies; topic++) await send(topic, topic);
    const growth = memory.growth();
    agent.destroy();

    const served = tails.slice(0, bodies);
    for (const tail of served) tail.read();
    await Promise.all(served.map((tail) => tail.accounts(1)));
    const delivered = served.filter(({ hits, seen }, n) => hits === 1 && seen[n] === 1).length;
    for (const tail of tails) tail.destroy();
    return { topics: bodies, delivered, growth };
  } finally {
    await server.stop();
  }
}
