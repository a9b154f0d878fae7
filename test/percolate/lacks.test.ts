import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { inLanguage } from '../../src/query/query-language.ts';
import { batchOf } from './batches.ts';
import { embeddedEngine } from './engines.ts';

interface Asking {
  readonly index?: string;
  readonly scope?: string;
  readonly lang?: string;
}

function engineOf() {
  const state = new MappingState({ log: pino({ level: 'silent' }) });
  const engine = embeddedEngine({ workers: 1 }, state);
  onTestFinished(() => engine.close());
  const why = async (given: unknown, { index = '*', scope = '*', lang }: Asking = {}) => {
    const { query } = canonicalise(parseQuery(inLanguage(given, lang)));
    const held = await engine.heldBack({ id: '0', ordinal: 0, index, scope, query });
    return held?.reason ?? null;
  };
  const create = (index: string, properties: object, analyzer: object = {}) =>
    state.create(index, {
      mappings: { properties },
      settings: { analysis: { analyzer } },
      aliases: {},
    });
  const send = (index: string, source: object) =>
    engine.percolate(batchOf([JSON.stringify(source)], index));
  return { state, why, create, send };
}

const user = { user: { type: 'nested', properties: { name: { type: 'keyword' } } } };
const byUser = { nested: { path: 'user', query: { term: { 'user.name': 'a' } } } };
const without = (clause: object) => ({ bool: { must_not: [clause] } });
const either = (...clauses: object[]) => ({ bool: { should: clauses } });
const read = (analyzer: string) => ({ match: { a: { query: 'foo', analyzer } } });
const noUser = 'no index has nested objects at [user] yet';
const noMine = 'no index has an analyzer [mine] yet';

test('a query for nested objects that no index maps says so, until one does', async () => {
  const { why, create, send } = engineOf();
  expect(await why(byUser)).toBe(noUser);
  expect(await why('user: { name: a }', { lang: 'kql' })).toBe(noUser);
  await send('logs', { user: { name: 'a' } });
  expect(await why(byUser)).toBe(noUser);
  create('people', user);
  expect(await why(byUser)).toBeNull();
  expect(await why('user: { name: a }', { lang: 'kql' })).toBeNull();
});

test('it says so wherever in the query they are asked for, as the whole of it fails', async () => {
  const { why } = engineOf();
  expect(await why(without(byUser))).toBe(noUser);
  expect(await why(either(byUser, { term: { a: 'b' } }))).toBe(noUser);
  expect(await why({ nested: { ...byUser.nested, ignore_unmapped: true } })).toBeNull();
});

test('only indices that the query covers count', async () => {
  const { why, create } = engineOf();
  create('people', user);
  expect(await why(byUser, { index: 'logs-*' })).toBe(noUser);
  expect(await why(byUser, { scope: 'logs-*' })).toBe(noUser);
  expect(await why(byUser, { index: 'peo*,-people' })).toBe(noUser);
  expect(await why(byUser, { index: 'peo*', scope: '*le' })).toBeNull();
});

test('an index that is gone does not count, one by an alias does', async () => {
  const { state, why, create, send } = engineOf();
  create('people', user);
  await send('people', { user: { name: 'a' } });
  state.assets.put('alias', 'who', '{"people":{}}');
  state.aliasChanged('who');
  expect(await why(byUser, { index: 'wh*' })).toBeNull();
  state.delete('people');
  expect(await why(byUser)).toBe(noUser);
});

test('a template counts for the index that a query names, and for others once they are there', async () => {
  const { state, why, send } = engineOf();
  state.templates.putComposable('people', {
    index_patterns: ['people-*'],
    template: { mappings: { properties: user } },
  });
  expect(await why(byUser, { index: 'people-1' })).toBeNull();
  expect(await why(byUser, { index: 'people-*' })).toBe(noUser);
  await send('people-1', { a: 1 });
  expect(await why(byUser, { index: 'people-*' })).toBeNull();
});

test('objects that documents made nested by a dynamic template count', async () => {
  const { state, why, send } = engineOf();
  state.create('people', {
    mappings: { dynamic_templates: [{ n: { match: 'user', mapping: { type: 'nested' } } }] },
    settings: {},
    aliases: {},
  });
  expect(await why(byUser)).toBe(noUser);
  await send('people', { user: { name: 'a' } });
  expect(await why(byUser)).toBeNull();
});

test('a query that is read by an analyzer which no index has says so, until one has', async () => {
  const { why, create } = engineOf();
  expect(await why(read('mine'))).toBe(noMine);
  expect(await why({ query_string: { query: 'foo AND b*', analyzer: 'mine' } })).toBe(noMine);
  create('one', {}, { other: { type: 'stop' } });
  expect(await why(read('mine'))).toBe(noMine);
  create('two', {}, { mine: { type: 'stop' } });
  expect(await why(read('mine'))).toBeNull();
  expect(await why(read('english'))).toBeNull();
});

test('clauses that need no such analyzer may match beside one that does', async () => {
  const { why } = engineOf();
  expect(await why(either(read('mine'), { term: { a: 'b' } }))).toBeNull();
  expect(await why(without(read('mine')))).toBeNull();
  expect(await why({ bool: { must: [read('mine'), { term: { a: 'b' } }] } })).toBe(noMine);
});

test('the same index has to have all of it, and what one lacks least is told', async () => {
  const { why, create } = engineOf();
  const both = { bool: { must: [byUser, read('mine')] } };
  expect(await why(both)).toBe('no index has nested objects at [user] and an analyzer [mine] yet');
  create('one', {}, { mine: { type: 'stop' } });
  expect(await why(both)).toBe(noUser);
  create('two', user);
  expect(await why(both)).not.toBeNull();
  create('three', user, { mine: { type: 'stop' } });
  expect(await why(both)).toBeNull();
});
