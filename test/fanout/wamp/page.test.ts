import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type BrokerUnderTest, send } from '../../contract/broker-contract.ts';
import { composed } from './composed.ts';

const PAGE = readFileSync(new URL('../../../docs/wamp.md', import.meta.url), 'utf8');
const ADDRESS = '127.0.0.1:9280';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await composed();
});
afterAll(() => broker.close());

/** Runs one of the page's programs against the broker under test. */
function runBlock(position: number): { child: ChildProcess; lines: AsyncIterator<string> } {
  const code = [...PAGE.matchAll(/^```js\n(.*?)^```$/gms)][position]![1]!;
  expect(code).toContain(ADDRESS);
  // In this folder, so that it finds the packages.
  const file = fileURLToPath(new URL(`page-${process.pid}-${position}.mjs`, import.meta.url));
  writeFileSync(file, code.replaceAll(ADDRESS, new URL(broker.http).host));
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill();
    rmSync(file);
  });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

const document = '{"level":"error","message":"it works"}';

it('subscribes by WAMP as the page says', async () => {
  const { lines } = runBlock(0);
  expect((await lines.next()).value).toMatch(/^watching docs-for-[0-9a-f]{32}$/);
  await send(broker, 'events', [document]);
  let shown = '';
  while (!shown.includes('it works')) shown += (await lines.next()).value;
  expect(shown).toContain("_index: 'events'");
});

it('tails by a plain WebSocket as the page says', async () => {
  const { child, lines } = runBlock(1);
  const ended = once(child, 'close');
  // It says nothing when it is open, so it is sent to until it has seen one.
  const sending = setInterval(() => void send(broker, 'events', [document]), 50);
  onTestFinished(() => clearInterval(sending));
  let shown = '';
  while (!shown.includes('1000 limit')) shown += (await lines.next()).value;
  expect(shown).toContain('it works');
  expect((await ended)[0]).toBe(0);
});
