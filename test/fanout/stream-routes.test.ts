import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import { Reader, Server } from './tails.ts';

let server: Server;
const serve = async (overrides: Partial<Config> = {}) => {
  server = await new Server(overrides).listen();
  return server;
};
afterEach(() => server.close());

describe('a tail', () => {
  it('delivers NDJSON hits in order and ends at its limit', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?format=ndjson&limit=3');
    for (let k = 0; k < 10; k++) server.publish();
    await reader.ended;
    const lines = reader.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { _index: 'events', _id: 'd0', _seq: 'e1-0', _source: { n: 0 } },
      { _index: 'events', _id: 'd1', _seq: 'e1-1', _source: { n: 1 } },
      { _index: 'events', _id: 'd2', _seq: 'e1-2', _source: { n: 2 } },
    ]);
    expect(server.hub.isActive(0)).toBe(false);
  });

  it('gives endless JSON in the seed format, whole when a limit ends it', async () => {
    await serve();
    const reader = await Reader.open(server.port, '?q=7&limit=2');
    expect(server.hub.isActive(7)).toBe(true);
    for (let k = 0; k < 2; k++) server.publish(7);
    await reader.ended;
    expect(reader.text.split('\n').slice(0, 3)).toEqual([
      '{"subscription_id": "q7", "hits": [',
      '{"_index":"events","_id":"d0","_seq":"e1-0","_source":{"n":0}}',
      ',{"_index":"events","_id":"d1","_seq":"e1-1","_source":{"n":1}}',
    ]);
    expect(JSON.parse(reader.text).hits).toHaveLength(2);
  });
});
