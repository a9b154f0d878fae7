import { once } from 'node:events';
import http from 'node:http';
import { expect, it } from 'vitest';
import { EstromProcess } from '../clients/estrom-process.ts';
import { CountingTail } from './counting-tail.ts';
import { bulkBody, documentOf, keepAlive, post, range } from './sender.ts';

const BODY = 50;
const MOST = 500_000;
const BEFORE_SIGNAL = 5000;

/** The whole text of an endless JSON tail. */
async function jsonTail(url: string): Promise<{ readonly text: Promise<string> }> {
  const request = http.get(`${url}/api/v0.1/docs?i=logs&q=kind:flow&on_slow=block`, {
    agent: false,
  });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const parts: Buffer[] = [];
  response.on('data', (part: Buffer) => parts.push(part));
  return { text: once(response, 'close').then(() => Buffer.concat(parts).toString()) };
}

it('delivers what it answered, ends its tails as their formats ask and exits with 0 at SIGTERM', async () => {
  const server = await EstromProcess.start(['--workers', '2']);
  const { url } = server;
  const query = { i: 'logs', q: 'kind:flow', on_slow: 'block' };
  const tail = await CountingTail.open(url, query, MOST);
  const json = await jsonTail(url);

  const answered: number[] = [];
  let next = 0;
  const body = () => {
    const numbers = range(next, BODY);
    next += BODY;
    const lines = numbers.map((n) => documentOf(n, 300, ',"kind":"flow"'));
    return { numbers, text: bulkBody('logs', lines) };
  };
  const refusals: string[] = [];
  const sender = async () => {
    const agent = keepAlive();
    for (;;) {
      const { numbers, text } = body();
      try {
        const { status } = await post(url, '/_bulk', text, { agent });
        if (status === 200) answered.push(...numbers);
        else refusals.push(String(status));
      } catch (error) {
        refusals.push((error as NodeJS.ErrnoException).code ?? 'unknown');
        return;
      }
    }
  };
  const senders = range(0, 4).map(sender);
  // A request that is half sent when the signal comes.
  const slow = body();
  const request = http.request(new URL('/_bulk', url), { method: 'POST', agent: false });
  const slowAnswer = once(request, 'response') as Promise<[http.IncomingMessage]>;
  request.write(slow.text.slice(0, 1000));
  await tail.accounts(BEFORE_SIGNAL);

  const exit = server.stop();
  // Sent on only when new connections are refused: the drain has begun.
  while (await isAccepted(url));
  request.end(slow.text.slice(1000));
  const [response] = await slowAnswer;
  response.resume();
  expect(response.statusCode).toBe(200);
  answered.push(...slow.numbers);

  expect(await exit).toBe(0);
  await Promise.all([...senders, tail.ended]);
  expect(refusals.filter((code) => !['ECONNREFUSED', 'ECONNRESET'].includes(code))).toEqual([]);
  expect(answered.filter((n) => tail.seen[n] !== 1)).toEqual([]);
  const { hits } = JSON.parse(await json.text) as { hits: { _source: { n: number } }[] };
  const inJson = new Set(hits.map((hit) => hit._source.n));
  expect(answered.filter((n) => !inJson.has(n))).toEqual([]);
}, 30_000);

async function isAccepted(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    (response) => response.arrayBuffer().then(() => true),
    () => false,
  );
}
