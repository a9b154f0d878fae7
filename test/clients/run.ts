import { expect, onTestFinished } from 'vitest';
import type { Client } from './client.ts';
import { COUNT, exactly, QUERY, shownOf } from './documents.ts';
import { EstromProcess } from './estrom-process.ts';
import { IjsonTail } from './python.ts';
import { report } from './report.ts';
import { SseTail } from './sse-tail.ts';
import { CurlTail } from './tail-process.ts';

export function tailUrl(url: string, index: string, format: string, more = ''): string {
  return `${url}/api/v0.1/docs?i=${index}&q=${QUERY}&format=${format}${more}`;
}

/**
 * A client sends COUNT documents while three real readers watch, one for each format; each must get
 * every shown document exactly once, and nothing else. The tails block instead of shedding, so that a
 * slow reader is no excuse.
 */
export async function deliversExactly(client: Client): Promise<void> {
  const estrom = await EstromProcess.start();
  onTestFinished(async () => void (await estrom.stop()));
  const index = 'logs-test';
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
  const settled = Promise.all(tails.map((tail) => tail.reached(expected)));
  const [accepted, seconds] = await Promise.all([
    client.send({ port: estrom.port, index, half: Promise.resolve(), settled }),
    settled.then(() => (performance.now() - begun) / 1000),
  ]);
  const matched = await estrom.metric('estrom_hits_published_total');

  // The drain ends the tails, so a hit too many has nowhere to hide.
  const code = await estrom.stop();
  const [json, ndjson, sse] = await Promise.all(tails.map((tail) => tail.ended()));
  const exact = exactly(COUNT);
  report({
    client: client.name,
    run: 'plain',
    sent: COUNT,
    accepted,
    matched,
    delivered: ndjson!.hits,
    duplicated: ndjson!.hits - ndjson!.distinct,
    lost: expected - ndjson!.distinct,
    seconds,
  });
  expect({ code, accepted, matched, json, ndjson, sse }).toEqual({
    code: 0,
    accepted: COUNT,
    // One query, one topic: each match is published once, however many tails watch.
    matched: expected,
    json: exact,
    ndjson: exact,
    sse: exact,
  });
}
