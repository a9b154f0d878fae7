import { expect, onTestFinished } from 'vitest';
import { COUNT, exactly, QUERY, shownOf } from './documents.ts';
import { EstromProcess } from './estrom-process.ts';
import { IjsonTail } from './python.ts';
import { report } from './report.ts';
import { SseTail } from './sse-tail.ts';
import { CurlTail } from './tail-process.ts';

export function tailUrl(url: string, index: string, format: string, more = ''): string {
  return `${url}/api/v0.1/docs?i=${index}&q=${QUERY}&format=${format}${more}`;
}

export interface Sender {
  readonly url: string;
  readonly port: string;
  readonly index: string;
  /** Resolves when every tail has every hit. */
  readonly delivered: Promise<unknown>;
}

/**
 * The contract with a client: it sends COUNT documents while three real readers watch, one for each
 * format; each must get every shown document exactly once, and nothing else. The tails block instead
 * of shedding, so that a slow reader is no excuse.
 *
 * @param send resolves with the number of documents that the client takes for accepted
 */
export async function deliversExactly(
  client: string,
  send: (to: Sender) => Promise<number>,
): Promise<void> {
  const estrom = await EstromProcess.start();
  onTestFinished(async () => void (await estrom.stop()));
  const index = `logs-${client.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`;
  const expected = shownOf(COUNT);
  const url = (format: string) => tailUrl(estrom.url, index, format, '&on_slow=block');
  const tails = await Promise.all([
    IjsonTail.open(url('json'), expected),
    CurlTail.open(url('ndjson')),
    SseTail.open(url('sse')),
  ]);
  onTestFinished(() => {
    for (const tail of tails) tail.stop();
  });

  const begun = performance.now();
  const delivered = Promise.all(tails.map((tail) => tail.reached(expected)));
  const [accepted, seconds] = await Promise.all([
    send({ url: estrom.url, port: estrom.port, index, delivered }),
    delivered.then(() => (performance.now() - begun) / 1000),
  ]);

  // The drain ends the tails, so a hit too many has nowhere to hide.
  const code = await estrom.stop();
  const [json, ndjson, sse] = await Promise.all(tails.map((tail) => tail.ended()));
  const exact = exactly(COUNT);
  expect({ code, accepted, json, ndjson, sse }).toEqual({
    code: 0,
    accepted: COUNT,
    json: exact,
    ndjson: exact,
    sse: exact,
  });
  const { hits } = exact;
  report({ client, sent: COUNT, accepted, json: hits, ndjson: hits, sse: hits, seconds });
}
