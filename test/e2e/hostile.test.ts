import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Estrom } from '../../src/estrom.ts';
import { bulkBody, post } from './sender.ts';
import { startServer } from './server.ts';

/** Milliseconds within which anything is answered, on a machine that does other things as well. */
const PATIENCE = 10_000;

let server: Estrom;
beforeAll(async () => {
  server = await startServer({ queryBudget: 50 });
});
afterAll(() => server.close());

const repeat = (count: number, part: (n: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, n) => part(n)).join(between);

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await answer;
  expect(performance.now() - begun).toBeLessThan(PATIENCE);
  return result;
}

async function register(query: unknown): Promise<{ status: number; reason: string }> {
  const body = JSON.stringify({ index: 'hostile', query });
  const { status, text } = await inTime(post(server.url, '/api/v0.1/queries', body));
  const { error } = JSON.parse(text) as { error?: { reason: string } };
  return { status, reason: error?.reason ?? '' };
}

const deep = (levels: number): unknown =>
  levels === 0 ? { match_all: {} } : { bool: { must: [deep(levels - 1)] } };

describe('a query that is made to explode', () => {
  it.each<[string, unknown]>([
    ['brackets', '('.repeat(30_000)],
    ['brackets that close', `${'('.repeat(20_000)}a${')'.repeat(20_000)}`],
    ['negations', `${'NOT '.repeat(15_000)}a`],
    ['nested clauses', deep(400)],
    ['many clauses', repeat(5_000, (n) => `w${n}`, ' OR ')],
    ['an exponential automaton', '/(a|b)*a(a|b){20}/'],
    ['nested repetitions', `/${'('.repeat(40)}a${'{1,9})'.repeat(40)}/`],
    ['a long repetition', '/(abc){1,100000}/'],
    ['a text beyond the limit', 'a '.repeat(100_000)],
  ])('is refused: %s', async (_name, query) => {
    const { status, reason } = await register(query);
    expect([400, 413]).toContain(status);
    expect(reason).not.toBe('');
  });

  it.each<[string, unknown]>([
    ['stars', `message:${'*a'.repeat(300)}*`],
    ['stars that fail last', `message:${'*a'.repeat(300)}*b`],
    ['an expression of stars', '/a*a*a*a*a*a*a*a*a*a*b/'],
    ['alternatives of stars', '/(a*)*b/'],
    ['a phrase with a wide slop', '"a a b"~1000000'],
    ['a word with typos', 'message:aaaaaaaaaaaaaaaaaaab~2'],
    ['a complement of a complement', `/${'~('.repeat(30)}a*b*c${')'.repeat(30)}/`],
    ['many words', repeat(5_000, (n) => `w${n}`)],
    ['a hundred patterns', repeat(100, (n) => `*a${n}*b*c*`, ' OR ')],
    ['dates without end', repeat(300, (n) => `at:[now-${n}d/M TO *]`, ' OR ')],
  ])('is taken, and cheap enough: %s', async (_name, query) => {
    expect(await register(query)).toEqual({ status: 201, reason: '' });
  });
});

describe('a document that is made to explode', () => {
  it.each<[string, string]>([
    ['one long word', `{"message":"${'a'.repeat(1_000_000)}"}`],
    ['a word as often as it goes', `{"message":"${'a '.repeat(500_000)}"}`],
    ['a word and then another', `{"message":"${'a '.repeat(300_000)}b"}`],
    ['many words', `{"message":"${repeat(100_000, (n) => `a${n}`)}"}`],
    ['many values', `{"message":[${repeat(100_000, () => '"a b"', ',')}]}`],
    ['many fields', `{${repeat(50_000, (n) => `"f${n}":${n}`, ',')}}`],
    ['escapes', `{"message":"${'\\u0061'.repeat(200_000)}"}`],
    ['many dates', `{"at":[${repeat(50_000, (n) => `"20${10 + (n % 80)}-01-01"`, ',')}]}`],
    ['numbers without end', `{"n":[${repeat(50_000, (n) => `${n}e${n % 300}`, ',')}]}`],
  ])('is answered in time, and so is the next one: %s', async (_name, document) => {
    const body = bulkBody('hostile', [document, '{"message":"after"}']);
    const { status, text } = await inTime(post(server.url, '/_bulk', body));
    const { items } = JSON.parse(text) as { items: { index: { status: number } }[] };
    expect([status, items[1]!.index.status]).toEqual([200, 201]);
    expect([201, 400]).toContain(items[0]!.index.status);
  });

  it.each<[string, string]>([
    ['objects', '{"a":'.repeat(200_000)],
    ['arrays', `{"a":${'['.repeat(200_000)}`],
    ['both, closed', `${'{"a":['.repeat(50_000)}1${']}'.repeat(50_000)}`],
  ])('is refused when it is too deep: %s', async (_name, document) => {
    const { text } = await inTime(post(server.url, '/_bulk', bulkBody('hostile', [document])));
    const { items } = JSON.parse(text) as { items: { index: { status: number } }[] };
    expect(items[0]!.index.status).toBe(400);
  });
});
