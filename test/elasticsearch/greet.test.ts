import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-load.ts';
import { ElasticsearchConnection } from '../../src/elasticsearch/connection.ts';
import { greet } from '../../src/elasticsearch/greet.ts';
import type { Logger } from '../../src/log.ts';

interface Reply {
  readonly status: number;
  readonly body: object;
  /** How it says what it is; as Elasticsearch unless given. */
  readonly product?: Readonly<Record<string, string>>;
}

const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** Gives these replies one after the other, the last one for ever. */
async function meet(...replies: Reply[]): Promise<string[]> {
  let asked = 0;
  const server = createServer((_request, response) => {
    const { status, body, product } = replies[Math.min(asked, replies.length - 1)]!;
    asked++;
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(product ?? { 'x-elastic-product': 'Elasticsearch' }),
    });
    response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return await say(`http://me:secret@127.0.0.1:${port}`);
}

async function say(url: string, isClosed = () => false): Promise<string[]> {
  const connection = new ElasticsearchConnection({
    elasticsearch: url,
    elasticsearchApiKey: '',
    elasticsearchPrefix: 'estrom',
    elasticsearchTimeout: 1000,
  });
  const lines: string[] = [];
  const line = (...said: unknown[]) => {
    lines.push(said.map((part) => JSON.stringify(part)).join(' '));
  };
  const log = { info: line, warn: line } as unknown as Logger;
  try {
    await greet({ connection, log, isClosed });
  } finally {
    await connection.close();
  }
  return lines;
}

const version = (number: string): Reply => ({ status: 200, body: { version: { number } } });
const openSearch = (number: string): Reply => ({
  status: 200,
  body: { version: { number, distribution: 'opensearch' } },
  product: { 'x-opensearch-version': `OpenSearch/${number} (opensearch)` },
});
const failure = (status: number, type: string): Reply => ({
  status,
  body: { error: { type, reason: 'because' }, status },
});

describe('the first request to Elasticsearch', () => {
  it.each(['7.17.0', '8.0.0-rc1', '9.1.2'])('is content with version %s', async (number) => {
    expect(await meet(version(number))).toEqual([]);
  });

  it('is content with OpenSearch, and says where that is newer than it knows', async () => {
    expect(await meet(openSearch('3.2.0'))).toEqual([]);
    expect(await meet(openSearch('4.0.0'))).toEqual([expect.stringContaining('newer than estrom')]);
  });

  it.each<[string, Reply, string]>([
    ['an older version', version('7.16.3'), 'has version 7.16.3; estrom works with'],
    ['a much older one', { ...version('6.8.0'), product: {} }, 'does not say that it is'],
    ['an older OpenSearch', openSearch('2.19.4'), 'is OpenSearch 2.19.4; estrom works with'],
    ['a wrong key', failure(401, 'security_exception'), 'check --elasticsearch-api-key'],
  ])('ends the start with one line for %s', async (_what, reply, complaint) => {
    const error = await meet(reply).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error?.message).toContain(complaint);
    expect(error?.message).toContain('http://***@127.0.0.1');
    expect(error?.message).not.toMatch(/secret|\n/);
  });

  it('goes on where the version is newer, or not told, and says so', async () => {
    expect(await meet(version('10.0.0'))).toEqual([expect.stringContaining('newer than estrom')]);
    expect(await meet(failure(403, 'security_exception'))).toEqual([
      expect.stringContaining('going on'),
    ]);
  });

  it('waits while it starts: one line with the reason, one when it answers', async () => {
    const starting = failure(503, 'master_not_discovered_exception');
    const [waiting, answers, ...more] = await meet(starting, starting, version('8.1.0'));
    expect(waiting).toContain('503 to GET /: master_not_discovered_exception: because');
    expect(answers).toContain('answers');
    expect(more).toEqual([]);
  });

  it('waits while nobody listens, until this process ends', async () => {
    let asked = 0;
    const lines = await say('http://127.0.0.1:1', () => asked++ === 2);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('ECONNREFUSED');
  });
});
