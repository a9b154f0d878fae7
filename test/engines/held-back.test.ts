import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import {
  ALONE_FIELD,
  PART_FIELD,
  PREFIX_FIELD,
  QUERY_FIELD,
} from '../../src/percolate/elasticsearch/percolators/stored-fields.ts';
import { type Running, startServer } from '../http/running.ts';
import { HitTail } from './cluster/hit-tail.ts';
import { sweep } from './elasticsearch-nodes.ts';

const elasticsearch = inject('elasticsearch');
const prefix = `held-${randomUUID().slice(0, 8)}`;
const index = `${prefix}-logs`;
const percolators = `${prefix}-percolator-*`;

let estrom: Running;
const tails: HitTail[] = [];

beforeAll(async () => {
  estrom = await startServer({
    ...{ elasticsearch, elasticsearchPrefix: prefix, queryIdle: '1s' },
  });
  await send({ message: 'first' });
});

afterEach(async () => {
  await Promise.all(tails.splice(0).map((tail) => tail.close()));
});

afterAll(async () => {
  await estrom.close();
  await sweep(elasticsearch, `${prefix}-*`);
});

interface Shown {
  readonly live: boolean;
  readonly held_back?: { readonly reason: string; readonly fields: readonly string[] };
}

async function ask(url: string, method = 'GET', body?: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const request = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
  return fetch(url, request);
}

async function done<Answer>(url: string, method?: string, body?: object): Promise<Answer> {
  const answer = await ask(url, method, body);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Answer;
}

const queries = () => `${estrom.url}/api/v0.1/queries`;
const show = (id: string) => done<Shown>(`${queries()}/${id}`);

async function send(document: object): Promise<void> {
  await done(`${estrom.url}/${index}/_doc`, 'POST', document);
}

async function register(query: string): Promise<string> {
  const answer = await done<{ subscription_id: string }>(queries(), 'POST', { index, query });
  return answer.subscription_id;
}

async function onDemand(document: object): Promise<string[]> {
  const url = `${estrom.url}/api/v0.1/percolate`;
  const body = { index, documents: [document] };
  return (await done<{ slots: string[][] }>(url, 'POST', body)).slots[0]!;
}

async function remove(id: string): Promise<void> {
  await done(`${queries()}/${id}`, 'DELETE');
  await vi.waitFor(async () => expect((await ask(`${queries()}/${id}`)).status).toBe(404), {
    timeout: 10_000,
  });
}

/** What the query is stored as from now on fails whenever it is evaluated, but not by itself. */
async function spoil(id: string): Promise<void> {
  const found = await done<{ hits: { hits: { _index: string }[] } }>(
    `${elasticsearch}/${percolators}/_search?expand_wildcards=all&q=_id:${id}`,
  );
  const { _index } = found.hits.hits[0]!;
  const values = ['spoiled', ...Array.from({ length: 400 }, (_, i) => `t${i}`)];
  const source = {
    [QUERY_FIELD]: { terms: { message: values } },
    [PART_FIELD]: 0,
    [PREFIX_FIELD]: [''],
    [ALONE_FIELD]: false,
  };
  await limitTerms(null);
  await done(`${elasticsearch}/${_index}/_doc/${id}?refresh=true`, 'PUT', source);
  // More than estrom itself asks by.
  await limitTerms(100);
}

const limitTerms = (count: number | null) =>
  done(`${elasticsearch}/${percolators}/_settings?expand_wildcards=all`, 'PUT', {
    'index.max_terms_count': count,
  });

test('a query that waits for its field says so until a document brings it', async () => {
  const id = await register('status:[500 TO *]');
  expect((await show(id)).held_back).toEqual({
    reason: 'no field [status] is mapped yet',
    fields: ['status'],
  });
  expect(await onDemand({ status: 503 })).toEqual([]);
  await send({ status: 503 });
  expect(await show(id)).not.toHaveProperty('held_back');
  expect(await onDemand({ status: 503 })).toEqual([id]);
});

test('a query that is paused says so, and its topic is told once', async () => {
  const id = await register('message:spoiled');
  const tail = await HitTail.open(estrom.url, { s: id });
  tails.push(tail);
  await send({ message: 'spoiled' });
  await vi.waitFor(() => expect(tail.ids.size).toBe(1), 20_000);
  expect(await show(id)).not.toHaveProperty('held_back');
  await spoil(id);
  const gaps = 'estrom_gap_records_total{reason="paused"}';
  const before = await estrom.metric(gaps);

  await send({ message: 'spoiled' });
  await vi.waitFor(() => expect(tail.gaps).toHaveLength(1), 20_000);
  const position = expect.stringMatching(/-\d+$/) as string;
  expect(tail.gaps).toEqual([{ count: null, reason: 'paused', from: position, to: position }]);
  expect((await show(id)).held_back).toEqual({
    reason: expect.stringMatching(/^paused: .*max_terms_count/) as string,
    fields: [],
  });
  await send({ message: 'spoiled' });
  expect(await estrom.metric('estrom_elasticsearch_paused_queries')).toBe(1);
  expect(await estrom.metric(gaps)).toBe(before + 1);
  expect(tail.ids.size).toBe(1);

  await limitTerms(null);
  await Promise.all(tails.splice(0).map((each) => each.close()));
  await remove(id);
  const isPaused = () => estrom.metric('estrom_elasticsearch_paused_queries');
  await vi.waitFor(async () => expect(await isPaused()).toBe(0), 20_000);
});

test('a query that was found out by percolation on demand is asked again when it is registered anew', async () => {
  const id = await register('message:spoiled');
  await spoil(id);
  expect(await onDemand({ message: 'spoiled' })).toEqual([]);
  expect((await show(id)).held_back?.reason).toContain('paused: ');
  await limitTerms(null);
  await remove(id);
  expect(await register('message:spoiled')).toBe(id);
  expect(await show(id)).not.toHaveProperty('held_back');
  expect(await onDemand({ message: 'spoiled' })).toEqual([id]);
});
