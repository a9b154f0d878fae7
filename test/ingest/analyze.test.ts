import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrialThread } from '../../src/mapping/trial/trial-thread.ts';
import { type AnalyzeServer, analyzeServer, TRIAL_INDEX } from './analyze-server.ts';

let server: AnalyzeServer;

beforeAll(async () => {
  server = await analyzeServer();
  await ask('PUT', '/web', TRIAL_INDEX);
});

afterAll(() => server.close());

async function ask(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
  url = server.url,
): Promise<{ status: number; json: unknown }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await request(url + path, {
    method,
    ...(body === undefined ? {} : { body: text }),
  });
  return { status: answer.statusCode, json: await answer.body.json() };
}

const reason = (text: string, type = 'illegal_argument_exception') => ({
  status: 400,
  json: { error: { type, reason: text }, status: 400 },
});

describe('_analyze', () => {
  it('shows tokens with offsets, types, positions, and how many of these they take up', async () => {
    const body = { analyzer: 'mine', text: ['NY A', 'b'] };
    const tokens = [
      { token: 'new', start_offset: 0, end_offset: 2, type: 'SYNONYM', position: 0 },
      {
        token: 'ny',
        start_offset: 0,
        end_offset: 2,
        type: '<ALPHANUM>',
        position: 0,
        positionLength: 2,
      },
      { token: 'york', start_offset: 0, end_offset: 2, type: 'SYNONYM', position: 1 },
      { token: 'a', start_offset: 3, end_offset: 4, type: '<ALPHANUM>', position: 2 },
      { token: 'b', start_offset: 5, end_offset: 6, type: '<ALPHANUM>', position: 103 },
    ];
    for (const method of ['GET', 'POST'] as const) {
      expect(await ask(method, '/web/_analyze', body)).toEqual({ status: 200, json: { tokens } });
    }
  });

  it.each([
    [{ field: 'm' }, 'new ny york a'],
    [{ field: 'al' }, 'new ny york a'],
    [{ field: 'm.raw' }, 'ny a'],
    [{ field: 'k' }, 'NY A'],
    [{ field: 'nope' }, 'ny a'],
    [{ field: 'o.t' }, 'NY A'],
    [{ normalizer: 'low' }, 'ny a'],
    [{ tokenizer: 'keyword', filter: ['lowercase'] }, 'ny a'],
    [{ tokenizer: 'whitespace', filter: ['lowercase', 'syn'] }, 'new ny york a'],
    [{ filter: ['uppercase'], char_filter: [{ type: 'mapping', mappings: ['N=>q'] }] }, 'QY A'],
    [{}, 'ny a'],
  ])('reads as %j says', async (asked, words) => {
    const { json } = await ask('POST', '/web/_analyze', { ...asked, text: 'NY A' });
    const { tokens } = json as { tokens: { token: string }[] };
    expect(tokens.map(({ token }) => token).join(' ')).toBe(words);
  });

  it('says what is not there, and what is missing', async () => {
    const post = (path: string, body: unknown) => ask('POST', path, body);
    const text = 'a';
    expect(await post('/_analyze', { analyzer: 'mine', text })).toMatchObject(
      reason('failed to find global analyzer [mine]'),
    );
    expect(await post('/web/_analyze', { analyzer: 'keyword{}', text })).toMatchObject(
      reason('failed to find analyzer [keyword{}]'),
    );
    expect(await post('/_analyze', { field: 't', text })).toMatchObject(
      reason('analysis based on a specific field requires an index'),
    );
    expect(await post('/web/_analyze', { field: 'n', text })).toMatchObject(
      reason("Can't process field [n], Analysis requests are only supported on tokenized fields"),
    );
    expect(await post('/_analyze', {})).toMatchObject(
      reason('Validation Failed: 1: text is missing;', 'action_request_validation_exception'),
    );
    expect((await post('/none/_analyze', { text })).status).toBe(404);
    expect((await post('/_analyze', '{')).status).toBe(400);
    expect((await post('/_analyze', undefined)).status).toBe(400);
  });

  it('says what of a chain estrom has not', async () => {
    const missing = { status: 400, json: { error: { type: 'mapper_parsing_exception' } } };
    for (const asked of [
      { analyzer: 'thai' },
      { tokenizer: 'thai' },
      { tokenizer: 'standard', filter: [{ type: 'condition', filter: ['lowercase'] }] },
      { tokenizer: 'standard', filter: [{ type: 'stop', stopwords_path: 'x' }] },
    ]) {
      expect(await ask('POST', '/_analyze', { ...asked, text: 'a' })).toMatchObject(missing);
    }
    expect(await ask('POST', '/_analyze', { text: 'a', explain: true })).toMatchObject(
      reason('[explain] is not supported: leave it out for the tokens'),
    );
  });

  it('makes 10,000 tokens, or as many as the index says', async () => {
    const words = (count: number) => ({ text: 'a '.repeat(count) });
    expect((await ask('POST', '/_analyze', words(10_000))).status).toBe(200);
    const refused = await ask('POST', '/_analyze', words(10_001));
    expect(refused).toMatchObject({ status: 400 });
    expect(JSON.stringify(refused.json)).toContain('allowed maximum of [10000]');
    await ask('PUT', '/few', { settings: { 'index.analyze.max_token_count': 2 } });
    expect((await ask('POST', '/few/_analyze', words(2))).status).toBe(200);
    expect((await ask('POST', '/few/_analyze', words(3))).status).toBe(400);
  });

  it('ends what takes too long, and goes on with the next request', async () => {
    const thread = new TrialThread(6000);
    const filter = Array.from({ length: 20_000 }, () => 'lowercase');
    const request = {
      texts: ['ab '.repeat(300_000)],
      tokenizer: 'standard',
      filter,
      char_filter: [],
    };
    const task = { request, index: undefined, most: 10_000 };
    await expect(thread.run(task)).rejects.toThrow('the analysis took longer than 6000 ms');
    const short = { ...task, request: { texts: ['A'], filter: [], char_filter: [] } };
    expect(await thread.run(short)).toMatchObject([{ token: 'a' }]);
    await thread.close();
  });

  it('refuses when too many requests wait', async () => {
    const thread = new TrialThread();
    const request = { texts: ['a'], filter: [], char_filter: [] };
    const runs = Array.from({ length: 40 }, () =>
      thread.run({ request, index: undefined, most: 1 }).then(
        () => 'done',
        ({ code }: { code: string }) => code,
      ),
    );
    expect(new Set(await Promise.all(runs))).toEqual(new Set(['done', 'OVERLOADED']));
    await thread.close();
  });

  it('takes an alias of one index, and refuses one of several', async () => {
    await ask('PUT', '/two', { aliases: { both: {}, one: {} } });
    await ask('PUT', '/three', { aliases: { both: {} } });
    expect((await ask('GET', '/one/_analyze', { text: 'a' })).status).toBe(200);
    expect(await ask('GET', '/both/_analyze', { text: 'a' })).toMatchObject(
      reason(
        "alias [both] has more than one index associated with it [three, two], can't execute a single index op",
      ),
    );
  });

  it('is not there where mappings are those of Elasticsearch', async () => {
    const other = await analyzeServer(false);
    const { status } = await ask('POST', '/_analyze', { text: 'a' }, other.url);
    expect(status).toBe(404);
    await other.close();
  });
});
