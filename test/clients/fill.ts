import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { EstromProcess } from './estrom-process.ts';

const INDEX = 'filler';
const SENDERS = 8;
const DOCUMENTS = 4;
const BODY = `{"create":{"_index":"${INDEX}"}}\n{"x":"${'x'.repeat(60_000)}"}\n`.repeat(DOCUMENTS);

/** estrom while it has no room for a single document more. */
export interface Full {
  /** The tail reads on; resolves with the number of documents that were needed to fill it. */
  release(): Promise<number>;
}

const HOLD_MS = 1000;

/** What refuses requests soon, so that a test does not have to wait for long. */
export const SMALL = ['--ingest-buffer', '1mb', '--hold', `${HOLD_MS}ms`, '--block-timeout', '2m'];

/**
 * Fills estrom: a tail with `on_slow=block` stops reading, and documents for it are sent until one of
 * their requests is refused. From then on every sender is held, and refused after the hold.
 */
export async function fill(estrom: EstromProcess): Promise<Full> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const url = `${estrom.url}/api/v0.1/docs?i=${INDEX}&format=ndjson&on_slow=block`;
    get(url, { agent: false }, resolve).on('error', reject);
  });
  response.pause();
  const full = Promise.withResolvers<void>();
  let taken = 0;
  let isFull = false;
  const senders = Array.from({ length: SENDERS }, async () => {
    while (!isFull) {
      const answer = await fetch(`${estrom.url}/_bulk`, { method: 'POST', body: BODY });
      await answer.arrayBuffer();
      if (answer.status === 200) taken += DOCUMENTS;
      else isFull = true;
    }
    full.resolve();
  });
  await full.promise;
  // Until then others of the senders above may be refused as well.
  await delay(HOLD_MS * 1.5);
  return {
    release: async () => {
      response.resume();
      await Promise.all(senders);
      response.destroy();
      return taken;
    },
  };
}

const REFUSED = 'estrom_ingest_requests_total{result="refused"}';

/** Resolves with the number of refused requests once there are more than `before`, or time is up. */
export async function refusalsAfter(estrom: EstromProcess, before: number): Promise<number> {
  for (const end = performance.now() + 30_000; ; ) {
    const now = await estrom.metric(REFUSED);
    if (now > before || performance.now() > end) return now;
    await delay(100);
  }
}

export const refusals = (estrom: EstromProcess): Promise<number> => estrom.metric(REFUSED);
