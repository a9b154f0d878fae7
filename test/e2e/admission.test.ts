import { afterEach, expect, it } from 'vitest';
import type { Estrom } from '../../src/estrom.ts';
import { CountingTail } from './counting-tail.ts';
import { type Answer, bulkBody, documentOf, metric, post, range } from './sender.ts';
import { startServer } from './server.ts';

const BODY = 100;
const DOCUMENT_BYTES = 1000;
const MOST = 100_000;
const PER_AGENT = 12;
/** Those that need a 429 for each item; the others lose documents then and get one for the request. */
const ITEMWISE = ['elasticsearch-js/9.0 (linux)', 'go-elasticsearch/9.0'];
const WHOLE = ['curl/8.0', 'Elastic-filebeat/8.17', 'elasticsearch-py/9.0'];
/** rsyslog, which names no agent, keeps all documents only when its connection is cut. */
const CUT = undefined;
const AGENTS = [...ITEMWISE, ...WHOLE, CUT];

let server: Estrom;
afterEach(() => server.close());

interface Sent {
  readonly first: number;
  readonly agent: string | undefined;
  /** Null: the connection was cut. */
  readonly answer: Answer | null;
}

it('holds requests, then refuses them whole, and delivers all that it took', async () => {
  server = await startServer({
    ingestBuffer: 1 << 20,
    maxDocumentBytes: 64 << 10,
    hold: 300,
    blockTimeout: 60_000,
  });
  const { url } = server;
  const tail = await CountingTail.open(url, { i: 'logs', q: '*:*', on_slow: 'block' }, MOST, {
    paused: true,
  });
  let next = 0;
  const send = async (agent: string | undefined): Promise<Sent> => {
    const first = next;
    next += BODY;
    const documents = range(first, BODY).map((n) => documentOf(n, DOCUMENT_BYTES));
    const headers = agent === undefined ? {} : { 'user-agent': agent };
    const answer = await post(url, '/_bulk', bulkBody('logs', documents), { headers }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error;
        return null;
      },
    );
    return { first, agent, answer };
  };

  // One after the other until the tail, which doesn't read, holds one back.
  const sent: Promise<Sent>[] = [];
  while ((await metric(url, 'estrom_subscribers_blocked')) === 0) {
    const one = send(WHOLE[0]);
    sent.push(one);
    await Promise.race([one, metric(url, 'estrom_subscribers_blocked')]);
  }
  for (let k = 0; k < PER_AGENT; k++) sent.push(...AGENTS.map(send));
  await until(url, 'estrom_ingest_held_requests', (held) => held > 0);
  // What is refused is answered while the tail still doesn't read.
  await until(url, 'estrom_ingest_held_requests', (held) => held === 0);
  tail.read();

  const taken: number[] = [];
  const refused = new Map<string | undefined, number>();
  for (const { first, agent, answer } of await Promise.all(sent)) {
    const numbers = range(first, BODY);
    if (isTaken(answer, agent)) taken.push(...numbers);
    else refused.set(agent, (refused.get(agent) ?? 0) + 1);
  }
  for (const agent of AGENTS) expect(refused.get(agent)).toBeGreaterThan(0);
  await tail.accounts(taken.length);
  expect(tail).toMatchObject({ hits: taken.length, once: taken.length, shed: 0 });
  expect(taken.filter((n) => tail.seen[n] !== 1)).toEqual([]);
});

async function until(url: string, name: string, holds: (value: number) => boolean): Promise<void> {
  while (!holds(await metric(url, name)));
}

/** Whether all items were taken; fails unless it is all or none, in the form that the sender needs. */
function isTaken(answer: Answer | null, agent: string | undefined): boolean {
  if (answer === null) {
    expect(agent).toBe(CUT);
    return false;
  }
  const { status, headers, text } = answer;
  if (status === 429) {
    expect(WHOLE).toContain(agent);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    return false;
  }
  expect(status).toBe(200);
  const { errors, items } = JSON.parse(text) as {
    errors: boolean;
    items: { index: { status: number } }[];
  };
  const statuses = new Set(items.map(({ index }) => index.status));
  expect(items.length).toBe(BODY);
  expect(statuses.size).toBe(1);
  if (!errors) return true;
  expect(ITEMWISE).toContain(agent);
  expect([...statuses]).toEqual([429]);
  return false;
}
