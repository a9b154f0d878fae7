import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Run, send, startServer, watched } from './tail-runs.ts';

const page = readFileSync(new URL('../../docs/tail.md', import.meta.url), 'utf8');
const commands = [...page.matchAll(/^estrom (tail .*)$/gm)].map(([, command]) => command!);

/** A document that every command of the page shows. */
const DOCUMENT = {
  level: 'error',
  status: 500,
  message: 'it works',
  url: { path: '/shop' },
};

let server: Run;
let url: string;
beforeAll(async () => {
  [server, url] = await startServer();
});
afterAll(() => server.stop());

/** As a shell does: words, single quotes; what is piped on is left out. */
function wordsOf(command: string): string[] {
  const words = command.split(' | ')[0]!.match(/'[^']*'|\S+/g) ?? [];
  return words.map((word) => word.replaceAll("'", ''));
}

it.each(commands)('the page shows a command that works: estrom %s', async (command) => {
  const words = wordsOf(command).map((word) => (word.startsWith('https://') ? url : word));
  const address = words.includes('--url') ? [] : ['--url', url];
  const limit = words.includes('--limit') ? [] : ['--limit', '10'];
  // The one before may not have been seen to leave.
  await watched(url, 0);
  const run = new Run([...words, ...address, ...limit]);
  await watched(url, 1);
  await send(url, Array(10).fill(DOCUMENT), undefined, 'logs-shop');
  expect(await run.code()).toBe(0);
  expect(run.err).toBe('');
  expect(run.out).toMatch(/it works|url\.path=\/shop/);
});
