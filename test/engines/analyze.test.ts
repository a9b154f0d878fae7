import { request } from 'undici';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { BUILT_IN_ANALYZERS } from '../../src/mapping/explicit/index-analysis.ts';
import { generateEnglish } from '../golden/english-texts.ts';
import { generateText, randomNumbers } from '../golden/strings.ts';
import { type AnalyzeServer, analyzeServer, TRIAL_INDEX } from '../ingest/analyze-server.ts';

const seed = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
const INDEX = `analyze-${process.pid}`;
const live = inject('elasticsearch');
let own: AnalyzeServer;

beforeAll(async () => {
  own = await analyzeServer();
  for (const url of [live, own.url]) {
    const made = await ask(url, 'PUT', `/${INDEX}`, {
      ...TRIAL_INDEX,
      aliases: { [`${INDEX}-alias`]: {} },
    });
    expect(made).toMatchObject({ status: 200 });
  }
});

afterAll(async () => {
  await ask(live, 'DELETE', `/${INDEX}`);
  await own.close();
});

interface Answer {
  readonly status: number;
  readonly json: {
    readonly tokens?: unknown;
    readonly error?: { readonly type: string; readonly reason: string };
  };
}

async function ask(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await request(url + path, {
    method: method as 'PUT',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, json: (await answer.body.json()) as Answer['json'] };
}

/** What a client looks at. Elasticsearch says where in the body a problem is. */
function told({ status, json: { tokens, error } }: Answer): unknown {
  if (error === undefined) return { status, tokens };
  const { type, reason } = error;
  return { status, type, reason: reason.replace(/^\[\d+:\d+\] /, '') };
}

async function bothTell(path: string, body?: unknown, method = 'POST'): Promise<unknown> {
  const [there, here] = await Promise.all([
    ask(live, method, path, body),
    ask(own.url, method, path, body),
  ]);
  expect({ path, body, ...(told(here) as object) }).toEqual({
    path,
    body,
    ...(told(there) as object),
  });
  return there.json.tokens;
}

const IN_INDEX = `/${INDEX}/_analyze`;
const texts = ["NY a, x  The Foxes' <b>Élan</b>", '', 'b d’où 3.5 ', 'a', '  x.', '東京 🎉 wi-fi'];

test('every analyzer that Elasticsearch has makes its tokens, of its types', async () => {
  const random = randomNumbers(seed);
  const lacking = ['thai', 'default'];
  for (const analyzer of [...BUILT_IN_ANALYZERS].filter((name) => !lacking.includes(name))) {
    const generated = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0 ? generateEnglish(random) : generateText(random),
    );
    for (const path of ['/_analyze', IN_INDEX]) {
      await bothTell(path, { analyzer, text: [...texts, ...generated] });
    }
  }
});

test.for([
  ...['mine', 'std', 'gap', 'lang', 'grams', 'default', 'nope', 'low'].map((analyzer) => ({
    analyzer,
  })),
  ...['low', 'fold', 'lowercase', 'nope'].map((normalizer) => ({ normalizer })),
  ...'t m m.raw g g2 k kn n d ip b gp bin tc al al2 o o.t s nope k.nope _id _source _routing'
    .split(' ')
    .map((field) => ({ field })),
  {},
  { filter: [] },
  { tokenizer: 'tk', filter: ['syn', 'st'], char_filter: ['cf'] },
  { tokenizer: 'standard', filter: ['lowercase', 'syn', { type: 'stop', stopwords: ['new'] }] },
  { tokenizer: 'standard', filter: [{ type: 'multiplexer', filters: ['lowercase', 'st'] }] },
  { filter: ['lowercase'], char_filter: ['html_strip', 'cf'] },
  { filter: ['st'] },
  { filter: [{ type: 'stop' }] },
  { tokenizer: 'nope' },
  { tokenizer: 'tk', filter: ['nope'] },
  { tokenizer: 'tk', char_filter: ['nope'] },
  { tokenizer: 'tk', filter: ['synonym'] },
  { tokenizer: 'tk', filter: [{ type: 'syn' }] },
  { field: 't', analyzer: 'mine' },
  { field: 't', normalizer: 'low' },
  { field: 'n', analyzer: 'mine' },
])('of an index: %j', async (asked) => {
  await bothTell(IN_INDEX, { ...asked, text: texts });
  await bothTell(IN_INDEX, { ...asked, text: 'NY A' }, 'GET');
});

test.for([
  {},
  ...['standard', 'default', 'nope', 'mine'].map((analyzer) => ({ analyzer })),
  { tokenizer: 'standard', filter: [{ type: 'synonym_graph', synonyms: ['ny => new york'] }] },
  { tokenizer: 'whitespace', filter: [{ type: 'synonym', synonyms: ['ny, new york', 'x => y'] }] },
  { tokenizer: { type: 'pattern', pattern: '[ ,]+' }, filter: ['unique', 'reverse'] },
  { tokenizer: { type: 'ngram', min_gram: 2, max_gram: 3, token_chars: ['letter'] } },
  { tokenizer: { type: 'ngram', min_gram: 1, max_gram: 7 } },
  { tokenizer: 'standard', filter: [{ type: 'ngram', min_gram: 1, max_gram: 2, foo: { a: 1 } }] },
  { tokenizer: 'path_hierarchy', filter: [{ type: 'truncate', length: 3 }] },
  { tokenizer: 'uax_url_email', filter: ['word_delimiter_graph'] },
  { tokenizer: 'classic', filter: ['classic', 'edge_ngram', 'elision', 'truncate'] },
  { tokenizer: 'keyword', char_filter: [{ type: 'mapping', mappings: ['a => bcd', 'NY=>'] }] },
  { tokenizer: 'standard', filter: ['cjk_bigram', { type: 'keep_types', types: ['<DOUBLE>'] }] },
  { tokenizer: 'standard', filter: [{ type: 'shingle', output_unigrams: false }] },
  { filter: ['lowercase', 'asciifolding'], char_filter: ['html_strip'] },
  { field: 't', analyzer: 'standard' },
  { filter: ['stop'] },
  { filter: ['nope'] },
  { tokenizer: 'standard', filter: ['synonym'] },
  { tokenizer: { type: 'nope' } },
  { tokenizer: { pattern: ',' } },
  { tokenizer: 'standard', filter: [{ type: 'nope' }] },
  { field: 't' },
  { normalizer: 'lowercase' },
  { normalizer: 'lowercase', analyzer: 'standard', filter: ['lowercase'] },
  { analyzer: 'standard', tokenizer: 'standard' },
  { analyzer: 'standard', filter: ['lowercase'] },
  { field: 't', filter: ['lowercase'] },
  { analyzer: 'standard', bogus: 1 },
  { analyzer: { type: 'standard' } },
  { analyzer: null },
  { tokenizer: ['standard'] },
  { tokenizer: 'standard', filter: 'lowercase' },
  { explain: false, attributes: ['keyword'] },
])('of no index: %j', async (asked) => {
  await bothTell('/_analyze', { ...asked, text: texts });
});

test.for([
  undefined,
  {},
  { text: [] },
  { text: null },
  { text: {} },
  { text: true },
  { text: ['a', 1, true] },
  { text: ['a', {}] },
  { text: [], analyzer: 'x', tokenizer: 'y' },
])('texts: %j', async (body) => {
  await bothTell('/_analyze', body);
});

test('an alias of one index stands for it, other names for none', async () => {
  const tokens = await bothTell(`/${INDEX}-alias/_analyze`, { analyzer: 'mine', text: 'NY' });
  expect(tokens).toHaveLength(3);
  for (const name of ['nope', 'a,b', '*', `${INDEX}*`]) {
    await bothTell(`/${INDEX}x${name}/_analyze`, { text: 'a' });
  }
});
