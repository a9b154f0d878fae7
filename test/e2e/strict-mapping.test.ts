import { expect, it } from 'vitest';
import { startServer } from '../store/server.ts';

/** Status of each document, and the type of what was wrong with it. */
async function bulk(
  url: string,
  index: string,
  documents: readonly object[],
): Promise<readonly [status: number, type?: string, reason?: string][]> {
  const lines = documents.map((document) => `{"index":{}}\n${JSON.stringify(document)}\n`);
  const headers = { 'content-type': 'application/x-ndjson' };
  const request = { method: 'POST', headers, body: lines.join('') };
  const answer = await fetch(`${url}/${index}/_bulk`, request);
  expect(answer.status).toBe(200);
  const { items } = (await answer.json()) as {
    items: { index: { status: number; error?: { type: string; reason: string } } }[];
  };
  return items.map(({ index: { status, error } }) =>
    error === undefined ? [status] : [status, error.type, error.reason],
  );
}

const DOCUMENTS = [
  { n: 1 },
  { fresh: '2024-05-06', inner: { a: 1 }, n: 'no number' },
  { fresh: 'words', inner: 'a text' },
  { inner: { a: 1 } },
  { n: { a: 1 } },
  { n: '2' },
];

it('--strict-mapping refuses only the documents with a value that contradicts its field', async () => {
  const server = await startServer({ strictMapping: true });
  const id = await server.register('fresh:words OR n:2');
  const malformed = expect.stringMatching(/^failed to parse/);
  expect(await bulk(server.url, 'docs', DOCUMENTS)).toEqual([
    [201],
    [
      400,
      'mapper_parsing_exception',
      expect.stringMatching(/^failed to parse field \[n\] of type/),
    ],
    [201],
    [400, 'mapper_parsing_exception', malformed],
    [400, 'mapper_parsing_exception', malformed],
    [201],
  ]);
  // What was refused has fixed no types.
  const { body } = await server.call('GET', '/docs/_mapping');
  expect(body['docs'].mappings.properties).toMatchObject({
    fresh: { type: 'text' },
    inner: { type: 'text' },
    n: { type: 'long' },
  });
  expect(await server.matches([{ fresh: 'words' }, { n: 2 }])).toEqual([[id], [id]]);
});

it('without --strict-mapping only such a value matches nothing', async () => {
  const server = await startServer();
  expect(await bulk(server.url, 'docs', DOCUMENTS)).toEqual(DOCUMENTS.map(() => [201]));
  const id = await server.register('n:no OR fresh:"2024-05-06"');
  expect(await server.matches([{ n: 'no', fresh: '2024-05-06' }])).toEqual([[id]]);
});

it('a mapping that is strict refuses documents with further fields, whatever the setting', async () => {
  const server = await startServer();
  const inner = { type: 'object', dynamic: true };
  const mappings = { dynamic: 'strict', properties: { a: { type: 'long' }, inner } };
  await server.call('PUT', '/docs', JSON.stringify({ mappings }));
  const documents = [{ a: 1 }, { inner: { x: '2024-05-06' }, b: 1 }, { inner: { x: 'words' } }];
  const type = 'strict_dynamic_mapping_exception';
  const reason = 'mapping set to strict, dynamic introduction of [b] within [_doc] is not allowed';
  expect(await bulk(server.url, 'docs', documents)).toEqual([[201], [400, type, reason], [201]]);
  const { body } = await server.call('GET', '/docs/_mapping');
  expect(body['docs'].mappings.properties.inner.properties.x).toMatchObject({ type: 'text' });
});
