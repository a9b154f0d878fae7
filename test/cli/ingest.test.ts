import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { ingest } from '../../src/cli/ingest.ts';
import { type IngestServer, startIngest } from '../ingest/ingest-server.ts';
import { steadyPort } from '../steady-port.ts';

let server: IngestServer;

afterEach(() => server.app.close());

function textOf(stream: PassThrough): () => string {
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

describe('estrom ingest', () => {
  it('sends NDJSON as it is and other lines as messages', async () => {
    server = await startIngest();
    const output = new PassThrough();
    const said = textOf(output);
    const input = Readable.from([
      Buffer.from('{"n":1}\nplain "text"\n\n{brok'),
      Buffer.from('en}\n[1]'),
    ]);
    expect(await ingest({ url: server.url, index: 'logs', input, output })).toBe(0);
    const documents = server.received.map(({ source }) => JSON.parse(source));
    expect(documents).toEqual([
      { n: 1 },
      { '@timestamp': expect.stringMatching(/^\d{4}-.*Z$/), message: 'plain "text"' },
      { '@timestamp': expect.any(String), message: '{broken}' },
      { '@timestamp': expect.any(String), message: '[1]' },
    ]);
    expect(said()).toBe('estrom ingest: 4 documents acknowledged\n');
  });

  it('delivers lines while its input goes on', async () => {
    server = await startIngest();
    const input = new PassThrough();
    const done = ingest({ url: server.url, index: 'logs', input, output: new PassThrough() });
    input.write('{"n":1}\n');
    await expect.poll(() => server.received.length).toBe(1);
    input.write('{"n":2}\n');
    await expect.poll(() => server.received.length).toBe(2);
    input.end();
    expect(await done).toBe(0);
  });

  it('sends again what was not acknowledged when the connection is cut', async () => {
    let failures = 2;
    server = await startIngest({
      percolate: async () => {
        if (failures-- > 0) throw new Error('engine is gone');
        return [];
      },
    });
    const output = new PassThrough();
    const said = textOf(output);
    const input = Readable.from([Buffer.from('{"n":1}\n{"n":2}\n')]);
    expect(await ingest({ url: server.url, index: 'logs', input, output })).toBe(0);
    expect(said()).toContain('2 documents not acknowledged, next try in');
    expect(said()).toContain('2 documents acknowledged\n');
  });

  it('waits for a server that is not there yet', async () => {
    const port = await steadyPort();
    const output = new PassThrough();
    const said = textOf(output);
    const input = Readable.from([Buffer.from('{"n":1}\n')]);
    const done = ingest({ url: `http://127.0.0.1:${port}`, index: 'logs', input, output });
    await once(output, 'data');
    expect(said()).toContain('connection refused');
    server = await startIngest({ port });
    expect(await done).toBe(0);
    expect(server.received).toHaveLength(1);
  });

  it('ends with 1 when documents are refused or the index is bad', async () => {
    server = await startIngest({
      percolate: async () => [{ slot: 0, status: 400, type: 't', reason: 'too odd' }],
    });
    const output = new PassThrough();
    const said = textOf(output);
    const send = (index: string): Promise<number> =>
      ingest({ url: server.url, index, input: Readable.from([Buffer.from('{}\n')]), output });
    expect(await send('logs')).toBe(1);
    expect(said()).toContain('was refused (400): too odd');
    expect(await send('Bad')).toBe(1);
    expect(said()).toContain('Invalid index name [Bad], must be lowercase');
  });
});
