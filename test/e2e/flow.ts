import { EstromProcess } from '../clients/estrom-process.ts';
import { CountingTail } from './counting-tail.ts';
import { MemoryWatch } from './resident-memory.ts';
import { bulkBody, documentOf, keepAlive, post, range } from './sender.ts';

const MIB = 1024 * 1024;
const WARM_UP = 48 * MIB;
const DOCUMENT_BYTES = 1000;
const BODY_DOCUMENTS = 500;
const SENDERS = 2;

export interface FlowRun {
  readonly documents: number;
  /** Documents that the reading tail got exactly once. */
  readonly once: number;
  readonly hits: number;
  /** What the stuck tail got or was told it lost, once it read again. */
  readonly accounted: number;
  /** Bytes. */
  readonly growth: number;
  readonly seconds: number;
}

/**
 * Sends `total` bytes of matches to a tail that reads and to one that does not, and watches the
 * server's memory from the end of the warm-up on.
 */
export async function flowPastStuckTail(total: number): Promise<FlowRun> {
  const server = await EstromProcess.start();
  try {
    const documents = Math.ceil(total / DOCUMENT_BYTES / BODY_DOCUMENTS) * BODY_DOCUMENTS;
    const warmUp = Math.ceil(WARM_UP / DOCUMENT_BYTES / BODY_DOCUMENTS) * BODY_DOCUMENTS;
    const all = warmUp + documents;
    const query = { i: 'flow', q: 'kind:flow' };
    const stuck = await CountingTail.open(server.url, query, all, { paused: true });
    const reading = await CountingTail.open(server.url, { ...query, on_slow: 'block' }, all);
    await send(server.url, 0, warmUp);
    await reading.accounts(warmUp);

    const memory = new MemoryWatch(server.pid);
    const began = performance.now();
    await send(server.url, warmUp, documents);
    await reading.accounts(all);
    const seconds = (performance.now() - began) / 1000;
    const growth = memory.growth();

    stuck.read();
    await stuck.accounts(all);
    return {
      documents: all,
      once: reading.once,
      hits: reading.hits,
      accounted: stuck.hits + stuck.shed,
      growth,
      seconds,
    };
  } finally {
    await server.stop();
  }
}

async function send(url: string, from: number, count: number): Promise<void> {
  let next = from;
  const sender = async () => {
    const agent = keepAlive();
    while (next < from + count) {
      const first = next;
      next += BODY_DOCUMENTS;
      const documents = range(first, BODY_DOCUMENTS).map((n) =>
        documentOf(n, DOCUMENT_BYTES, ',"kind":"flow"'),
      );
      const { status } = await post(url, '/_bulk?filter_path=errors', bulkBody('flow', documents), {
        agent,
      });
      if (status !== 200) throw new Error(`_bulk answered ${status}`);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}
