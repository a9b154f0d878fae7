import { describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config-load.ts';

describe('the addresses of other servers', () => {
  it.each<[Record<string, unknown>, string]>([
    [
      { elasticsearch: 'localhost:9200' },
      '--elasticsearch has "localhost:9200", but must be a URL',
    ],
    [{ elasticsearch: '127.0.0.1:9200' }, 'such as http://127.0.0.1:9200'],
    [{ elasticsearch: 'htp://a' }, '--elasticsearch has "htp://a"'],
    [{ elasticsearch: 'http://a:9200,b:9200' }, '--elasticsearch has "b:9200"'],
    [{ elasticsearch: 'http://a:9200,' }, '--elasticsearch has ""'],
    [{ elasticsearch: 'me:secret@a:9200' }, '--elasticsearch has "***@a:9200"'],
    [{ elasticsearchPrefix: 'Logs' }, '--elasticsearch-prefix is "Logs"'],
    [{ elasticsearchPrefix: '_x' }, "must not start with '_'"],
    [{ elasticsearchPrefix: 'a b' }, 'must not contain the character [ ]'],
    [{ elasticsearchPrefix: 'x'.repeat(200) }, 'must not be longer'],
    [
      { crossbar: 'http://a/ws' },
      '--crossbar is "http://a/ws", but must be the URL of a WebSocket',
    ],
    [{ crossbar: 'localhost:8080' }, 'such as ws://127.0.0.1:8080/backend'],
    [{ crossbar: 'ws://a', crossbarAuth: 'ticket' }, 'needs a secret: give it by'],
  ])('refuse %j on one line', (flags, complaint) => {
    expect(() => loadConfig(flags, {})).toThrow(complaint);
    expect(() => loadConfig(flags, {})).not.toThrow(/secret@|\n/);
  });

  it('name the environment variable that is wrong', () => {
    expect(() => loadConfig({}, { ESTROM_ELASTICSEARCH: 'a:9200' })).toThrow(
      'ESTROM_ELASTICSEARCH has "a:9200"',
    );
  });

  it.each<Record<string, unknown>>([
    { elasticsearch: 'http://a:9200, https://me:secret@b/path' },
    { elasticsearchPrefix: '.estrom-1' },
    { crossbar: 'wss://a/ws', crossbarAuth: 'wampcra', crossbarSecret: 's' },
  ])('take %j', (flags) => {
    expect(loadConfig(flags, {}).config).toMatchObject(flags);
  });
});
