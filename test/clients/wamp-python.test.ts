import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { stop, temporaryFolder } from './child.ts';
import { ADDRESS, adapt } from './docs-page.ts';
import { COUNT, message, QUERY, shownOf } from './documents.ts';
import { EstromProcess } from './estrom-process.ts';
import { prepared } from './prepare.ts';
import { report } from './report.ts';

const SCRIPT = fileURLToPath(new URL('./python/wamp.py', import.meta.url));
const PART = 1000;

interface Outcome {
  readonly hits: number;
  readonly distinct: number;
  readonly strange: number;
  readonly reason: string;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** Python's autobahn with one subscription. */
async function subscriber(url: string, serializer: string) {
  const python = await prepared('python-wamp');
  const args = ['-u', SCRIPT, url, serializer, 'logs', QUERY, String(shownOf(COUNT))];
  const child = spawn(`${python}/bin/python3`, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => stop(child));
  const lines: string[] = [];
  const [open, reached] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (line === 'open') open.resolve();
    if (line === 'reached') reached.resolve();
  });
  const ended = once(child, 'close').then(() => JSON.parse(lines.at(-1)!) as Outcome);
  const early = ended.then((outcome) => {
    throw new Error(`it ended early: ${JSON.stringify(outcome)}`);
  });
  early.catch(() => {});
  await Promise.race([open.promise, early]);
  return { reached: Promise.race([reached.promise, early]), ended };
}

it("brings every hit once to Python's autobahn, in json and in msgpack", async () => {
  // It cannot ask for another policy than to shed, so what it is behind by has to have room.
  const estrom = await EstromProcess.start(['--outbox', '64mb']);
  onTestFinished(async () => void (await estrom.stop()));
  const wamp = `${estrom.url.replace('http', 'ws')}/ws`;
  const subscribers = await Promise.all([subscriber(wamp, 'json'), subscriber(wamp, 'msgpack')]);

  const begun = performance.now();
  for (let first = 0; first < COUNT; first += PART) {
    const count = Math.min(PART, COUNT - first);
    const sources = Array.from({ length: count }, (_, k) =>
      JSON.stringify({ message: message(first + k) }),
    );
    const response = await fetch(`${estrom.url}/api/v0.1/docs?i=logs`, {
      method: 'POST',
      body: `${sources.join('\n')}\n`,
    });
    expect(await response.json()).toMatchObject({ accepted: count, failed: 0 });
  }
  await Promise.all(subscribers.map(({ reached }) => reached));
  const seconds = (performance.now() - begun) / 1000;

  expect(await estrom.stop()).toBe(0);
  const hits = shownOf(COUNT);
  for (const { ended } of subscribers) {
    expect(await ended).toEqual({
      hits,
      distinct: hits,
      strange: 0,
      reason: 'wamp.close.system_shutdown',
      answer: {
        subscription_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        topic: expect.stringMatching(/^docs-for-[0-9a-f]{32}$/),
        index: 'logs',
        query: QUERY,
        live: true,
      },
    });
  }
  report({
    client: 'autobahn for Python (subscriber)',
    run: 'plain',
    sent: COUNT,
    accepted: COUNT,
    matched: hits * subscribers.length,
    delivered: hits * subscribers.length,
    duplicated: 0,
    lost: 0,
    seconds,
  });
});

it('runs the program of the page about WAMP', async () => {
  const estrom = await EstromProcess.start();
  onTestFinished(async () => void (await estrom.stop()));
  const page = readFileSync(new URL('../../docs/wamp.md', import.meta.url), 'utf8');
  const [, code = ''] = /^```python\n(.*?)^```$/ms.exec(page) ?? [];
  const file = join(temporaryFolder('wamp'), 'watch.py');
  writeFileSync(file, adapt(code, { [ADDRESS]: new URL(estrom.url).host }));
  const python = await prepared('python-wamp');
  const child = spawn(`${python}/bin/python3`, [file], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => stop(child));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // autobahn's own log comes on the same way.
  const line = async (part: string): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`it ended without [${part}]`);
      if (value.includes(part)) return value;
    }
  };
  expect(await line('watching')).toMatch(/^watching docs-for-[0-9a-f]{32}$/);
  await fetch(`${estrom.url}/api/v0.1/docs?i=events`, {
    method: 'POST',
    body: '{"level":"error","message":"it works"}',
  });
  expect(await line('it works')).toContain("'_source': {'level': 'error', 'message': 'it works'}");
});
