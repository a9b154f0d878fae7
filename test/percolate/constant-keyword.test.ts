import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FieldProposal } from '../../src/mapping/index-mappings.ts';
import { kindText } from '../../src/mapping/kind-table.ts';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { Metrics } from '../../src/metrics.ts';
import { EmbeddedEngine } from '../../src/percolate/embedded/embedded-engine.ts';
import { FieldRegistry } from '../../src/percolate/embedded/fields/field-registry.ts';
import { KeptFields } from '../../src/percolate/embedded/fields/kept-fields.ts';
import { MappingLog } from '../../src/percolate/embedded/fields/mapping-log.ts';
import { Arena } from '../../src/percolate/embedded/memory/arena.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { ENGINE_CONFIG } from './engines.ts';

const log = pino({ level: 'silent' });
const config = { ...ENGINE_CONFIG, workers: 2 };
let state: MappingState;
let engine: EmbeddedEngine;

function start(strictMapping: boolean): void {
  state = new MappingState({ log });
  engine = new EmbeddedEngine({
    config,
    mappings: state,
    metrics: new Metrics(),
    log,
    strictMapping,
  });
}

beforeEach(() => start(false));
afterEach(() => engine.close());

const MIB = 1024 * 1024;
const OPEN = { type: 'constant_keyword' };
const create = (index: string, properties: Record<string, unknown>): unknown =>
  state.create(index, { mappings: { properties }, settings: {}, aliases: {} });

function register(...queries: readonly unknown[]): Promise<void> {
  return engine.register(
    queries.map((query, ordinal) => ({
      id: String(ordinal),
      ordinal,
      index: '*',
      query: canonicalise(parseQuery(query as string)).query,
    })),
  );
}

async function matched(index: string, ...documents: readonly object[]): Promise<number[][]> {
  const texts = documents.map((document) => JSON.stringify(document));
  return ordinalsBySlot((await engine.percolate(batchOf(texts, index))).pairs, texts.length);
}

/** Which of the queries an empty document of an index with this constant matches. */
async function found(value: string, queries: readonly unknown[]): Promise<unknown[]> {
  create('logs', { c: { ...OPEN, value }, al: { type: 'alias', path: 'c' } });
  await register(...queries);
  const [ordinals] = await matched('logs', {});
  return ordinals!.map((ordinal) => queries[ordinal]);
}

/** All of the first ones match, and none of the others. */
async function expectFound(value: string, yes: readonly unknown[], no: readonly unknown[]) {
  expect(await found(value, [...yes, ...no])).toEqual(yes);
}

test('every document of the index has the value, also those without the field', async () => {
  create('logs', { 'data.set': { ...OPEN, value: 'nginx' } });
  create('other', { 'data.set': { ...OPEN, value: 'apache' } });
  await register('data.set:nginx', 'NOT data.set:nginx', 'nginx', '_exists_:data', 'data.set:a*');
  expect(await matched('logs', {}, { data: { set: 'nginx' } }, { x: 1 })).toEqual([
    [0, 2, 3],
    [0, 2, 3],
    [0, 2, 3],
  ]);
  expect(await matched('other', {})).toEqual([[1, 3, 4]]);
  expect(await matched('dynamic', { x: 'nginx' })).toEqual([[1, 2]]);
});

test('terms may have stars, and are compared whole', () =>
  expectFound(
    'nginx.access',
    [
      ...[
        { term: { c: 'nginx.access' } },
        { term: { c: 'ng*s' } },
        { terms: { c: ['a', '*x.*'] } },
      ],
      ...[{ match: { c: 'nginx.access' } }, { match: { c: 'nginx.*' } }, 'c:nginx.access'],
      ...[{ match_phrase: { c: 'nginx.access' } }, { term: { al: 'nginx.access' } }, 'c:nginx\\*'],
      { match_bool_prefix: { c: 'nginx.access' } },
      { term: { c: { value: 'NGINX.A*', case_insensitive: true } } },
      { multi_match: { query: 'nginx.access', fields: ['c', 'x'] } },
      { multi_match: { query: 'nginx.access', type: 'cross_fields', fields: ['c', 'x'] } },
      { match: { c: { query: 'x nginx.access', analyzer: 'whitespace' } } },
    ],
    [
      ...[
        { term: { c: 'nginx' } },
        { term: { c: 'nginx?access' } },
        { term: { c: 'NGINX.access' } },
      ],
      ...[{ match: { c: 'nginx access' } }, { match_phrase: { c: 'nginx' } }, 'c:(nginx access)'],
      ...[{ match_bool_prefix: { c: 'nginx' } }, { match_phrase_prefix: { c: 'nginx.access' } }],
      { match: { c: { query: 'x nginx.access', analyzer: 'whitespace', operator: 'and' } } },
    ],
  ));

test('patterns know a star alone, beginnings as well', () =>
  expectFound(
    'nginx.access',
    [
      ...[{ prefix: { c: 'ngi' } }, { prefix: { c: '*acc' } }, { prefix: { c: '' } }, 'c:ngi*'],
      ...[{ wildcard: { c: '*.access' } }, { wildcard: { c: 'n*x*s' } }, { wildcard: { c: '*' } }],
      { wildcard: { c: { value: '*.ACC*', case_insensitive: true } } },
      { prefix: { c: { value: 'NGI', case_insensitive: true } } },
      { simple_query_string: { query: 'ngi*', fields: ['c'] } },
    ],
    [
      ...[
        { prefix: { c: 'gin' } },
        { wildcard: { c: 'nginx?access' } },
        { wildcard: { c: '*.acc' } },
      ],
      ...[{ prefix: { c: 'NGI' } }, { prefix: { c: 'ngi?x' } }, { wildcard: { c: '*.ACC*' } }],
    ],
  ));

test('expressions, near terms, ranges and existence are asked of the value', () =>
  expectFound(
    'abc',
    [
      ...[{ regexp: { c: 'a[bx]c' } }, 'c:/ab./', { fuzzy: { c: 'abd' } }, 'c:acb~1', 'abx~'],
      { fuzzy: { c: { value: 'ab', prefix_length: 2, fuzziness: 1 } } },
      { match: { c: { query: 'axc', fuzziness: 1 } } },
      ...[{ range: { c: { gte: 'abc', lt: 'abd' } } }, { range: { c: { lte: 'abc' } } }, 'c:>abb'],
      ...[{ exists: { field: 'c' } }, { exists: { field: 'al' } }, { range: { c: {} } }, 'c:*'],
      { regexp: { c: { value: 'A.C', case_insensitive: true } } },
    ],
    [
      ...[{ regexp: { c: 'a[bx]' } }, { fuzzy: { c: { value: 'axx', fuzziness: 1 } } }],
      { fuzzy: { c: { value: 'a', prefix_length: 1, fuzziness: 1 } } },
      ...[{ range: { c: { gt: 'abc' } } }, { range: { c: { lt: 'abc' } } }, 'c:[b TO c]'],
    ],
  ));

test('the first document that has the field sets the value, for itself and those after it', async () => {
  create('logs', { c: OPEN, n: OPEN });
  await register('c:one', 'c:two', '_exists_:c', 'n:1.0', '_exists_:n');
  const documents = ['{"x":1}', '{"c":["one","one"]}', '{"x":1,"n":1.0}', '{"c":"two"}'];
  const { pairs } = await engine.percolate(batchOf(documents, 'logs'));
  expect(ordinalsBySlot(pairs, 4)).toEqual([[], [0, 2], [0, 2, 3, 4], [0, 2, 3, 4]]);
  expect(await matched('logs', {})).toEqual([[0, 2, 3, 4]]);
  const { root } = state.mappingOf('logs');
  expect(root.members.get('c')).toMatchObject({ params: new Map([['value', 'one']]) });
});

test('two batches at once set one value, that of the first', async () => {
  create('logs', { c: OPEN });
  await register('c:one', 'c:two');
  const both = await Promise.all([matched('logs', { c: 'one' }), matched('logs', { c: 'two' })]);
  expect(both).toEqual([[[0]], [[0]]]);
});

test('nobody needs to ask for a value that is set', async () => {
  create('logs', { c: OPEN });
  await matched('logs', { c: 'one' });
  await register('c:one', 'c:two');
  expect(await matched('logs', { c: 'two' })).toEqual([[0]]);
});

test('one that a dynamic template makes gets the value of the document that brings it', async () => {
  const dynamic_templates = [{ sets: { match: 'c', mapping: OPEN } }];
  state.create('logs', { mappings: { dynamic_templates }, settings: {}, aliases: {} });
  await register('c:one', 'c:two');
  expect(await matched('logs', { c: 'one' }, {}, { c: 'two' })).toEqual([[0], [0], [0]]);
  expect(state.mappingOf('logs').root.members.get('c')).toMatchObject({
    params: new Map([['value', 'one']]),
  });
});

test('where the mapping is strict, another value and null refuse the document, and what is refused sets none', async () => {
  await engine.close();
  start(true);
  create('logs', { c: OPEN, n: { type: 'long' } });
  await register('c:one', 'c:two');
  const documents = [{ c: 'two', n: 'x' }, { c: null }, {}, { c: 'one' }, { c: 'two' }, {}];
  const texts = documents.map((document) => JSON.stringify(document));
  const { pairs, failures } = await engine.percolate(batchOf(texts, 'logs'));
  expect(ordinalsBySlot(pairs, 6)).toEqual([[], [], [], [0], [], [0]]);
  expect(failures.map(({ slot, status }) => [slot, status])).toEqual([
    [0, 400],
    [1, 400],
    [4, 400],
  ]);
  expect(failures[2]!.reason).toBe(
    'failed to parse field [c] of type [constant_keyword]: it only accepts values that are equal to the value defined in the mappings [one], but got [two]',
  );
});

test('a value that was set stays when more is mapped, and no mapping changes it', async () => {
  create('logs', { c: OPEN });
  await register('c:one', 'x:1');
  await matched('logs', { c: 'one' });
  state.update(['logs'], { properties: { x: { type: 'long' } } });
  expect(await matched('logs', { x: 1 })).toEqual([[0, 1]]);
  const change = (field: object) => () => state.update(['logs'], { properties: { c: field } });
  expect(change({ ...OPEN, value: 'two' })).toThrow(
    'Cannot update parameter [value] from [one] to [two]',
  );
  expect(change(OPEN)).toThrow('Cannot update parameter [value] from [one] to [null]');
  expect(change({ ...OPEN, value: 'one' })).not.toThrow();
  expect(await matched('logs', {})).toEqual([[0]]);
});

test('a mapping sets a value that was open', async () => {
  create('logs', { c: OPEN });
  await register('c:one');
  expect(await matched('logs', {})).toEqual([[]]);
  state.update(['logs'], { properties: { c: { ...OPEN, value: 'one' } } });
  expect(await matched('logs', {})).toEqual([[0]]);
});

test('the value goes with its index', async () => {
  create('logs', { c: OPEN });
  await register('c:one', 'c:two');
  await matched('logs', { c: 'one' });
  state.delete('logs');
  create('logs', { c: OPEN });
  expect(await matched('logs', {}, { c: 'two' }, {})).toEqual([[], [1], [1]]);
});

test('a value that was set is known after a restart', () => {
  const rows: FieldProposal[] = [];
  const registry = (): FieldRegistry => {
    state = new MappingState({ log });
    create('logs', { c: OPEN });
    const kept = new KeptFields({ putFields: async (given) => void rows.push(...given) });
    const limits = { maxIndices: 10, maxFields: 10 };
    return new FieldRegistry({ limits, log: new MappingLog(new Arena(MIB)), kept, rules: state });
  };
  const before = registry();
  before.open('logs');
  const kind = kindText({ type: 'constant_keyword', value: 'one' });
  before.add(before.numbered([{ index: 'logs', path: 'c', type: 0, kind }]));
  const after = registry();
  after.restore([...rows]);
  after.open('logs');
  expect(state.mappingOf('logs').root.members.get('c')).toMatchObject({
    params: new Map([['value', 'one']]),
  });
});
