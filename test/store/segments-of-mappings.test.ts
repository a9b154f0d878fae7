import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Client } from './client.ts';
import { temporaryFolder } from './folder.ts';
import { Process } from './process.ts';
import { startServer, type TestServer } from './server.ts';

const COUNT = 1500;
const TEXTS = Array.from({ length: COUNT }, (_, n) => `f:"w${n} Foo" OR other:w${n}`);

const KEYWORD = { mappings: { properties: { f: { type: 'keyword' } } } };
const ENGLISH = { type: 'text', analyzer: 'english' };

function put(server: Client, path: string, body: object) {
  return server.call('PUT', path, JSON.stringify(body));
}

/** Queries that had to be compiled when the server began. */
function compiled(server: TestServer): number {
  return server.logged.find(({ msg }) => msg === 'kept state is loaded')?.['compiled'];
}

describe('saved segments, after a restart', () => {
  it('are used for the mappings that they were compiled for', async () => {
    const data = temporaryFolder();
    const first = await startServer({ data });
    const ids = await first.registerMany(TEXTS);
    await put(first, '/docs', KEYWORD);
    await first.send({ f: 'nothing' });
    await first.stop();

    const second = await startServer({ data });
    expect(compiled(second)).toBeLessThan(COUNT / 2);
    await expectKeywords(second, ids);
    // Saved before the mapping came, and not touched by it.
    await put(second, '/more', { mappings: { properties: { g: ENGLISH } } });
    await second.call('POST', '/more/_doc', '{"g":"dogs"}');
    await second.stop();

    const third = await startServer({ data });
    expect(compiled(third)).toBeLessThan(COUNT / 2);
    await expectKeywords(third, ids);
  });

  it('are used for mappings that a template brought', async () => {
    const data = temporaryFolder();
    const first = await startServer({ data });
    const ids = await first.registerMany(TEXTS);
    await first.stop();

    const second = await startServer({ data });
    expect(compiled(second)).toBeLessThan(COUNT / 2);
    await put(second, '/_index_template/t', { index_patterns: ['docs'], template: KEYWORD });
    await second.send({ f: 'nothing' });
    await expectKeywords(second, ids);
    await second.stop();

    const third = await startServer({ data });
    expect(compiled(third)).toBeLessThan(COUNT / 2);
    await expectKeywords(third, ids);
  });

  it.each([0, 1500])('mean the mappings that came before a kill, %i ms after it', async (pause) => {
    const data = temporaryFolder();
    const first = await startServer({ data });
    const ids = await first.registerMany(TEXTS);
    await first.stop();

    const flags = ['--data', data, '--port', '0', '--workers', '1', '--arena', '256mb'];
    const process = new Process(flags);
    onTestFinished(async () => void (await process.end('SIGKILL')));
    const second = new Client(await process.listening());
    await put(second, '/docs', KEYWORD);
    expect((await second.send({ f: 'nothing' })).status).toBeLessThan(300);
    await wait(pause);
    await process.end('SIGKILL');

    await expectKeywords(await startServer({ data }), ids);
  });
});

async function expectKeywords(server: TestServer, ids: readonly string[]): Promise<void> {
  const some = ids.map((id, n) => [id, n] as const).filter(([, n]) => n % 13 === 0);
  const documents = some.flatMap(([, n]) => [{ f: `w${n} Foo` }, { f: `so w${n} foo` }]);
  const expected = some.flatMap(([id]) => [[id], []]);
  expect(await server.matches(documents)).toEqual(expected);
}
