import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { KnownForms } from '../../src/percolate/embedded/fields/known-forms.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { embeddedEngine } from './engines.ts';

let state: MappingState;
let engine: ReturnType<typeof embeddedEngine>;

beforeEach(() => {
  state = new MappingState({ log: pino({ level: 'silent' }) });
  engine = embeddedEngine({ workers: 1 }, state);
});

afterEach(() => engine.close());

function register(...texts: readonly string[]): Promise<void> {
  return engine.register(
    texts.map((text, ordinal) => ({
      id: text,
      ordinal,
      index: '*',
      query: canonicalise(parseQuery(text)).query,
    })),
  );
}

const batch = (...documents: readonly object[]) =>
  batchOf(
    documents.map((document) => JSON.stringify(document)),
    'docs',
  );

async function matched(document: object): Promise<number[] | undefined> {
  return ordinalsBySlot((await engine.percolate(batch(document))).pairs, 1)[0];
}

async function tried(document: object): Promise<number[] | undefined> {
  return ordinalsBySlot((await engine.percolateOnDemand(batch(document))).pairs, 1)[0];
}

function template(field: object): void {
  const mappings = { properties: { f: field } };
  state.templates.putLegacy('t', { index_patterns: ['docs'], mappings });
  state.templatesChanged();
}

const KEYWORD = { type: 'keyword' };
const ENGLISH = { type: 'text', analyzer: 'english' };

test('a batch under way when its index is deleted gives the new one no types', async () => {
  await register('f:dogs', 'g:word');
  const before = engine.percolate(batch({ f: '2024-05-06', g: 1 }));
  expect(state.delete('docs')).toBe(true);
  await before;
  expect(state.has('docs')).toBe(false);
  expect(await matched({ f: 'dogs', g: 'word' })).toEqual([0, 1]);
});

test('a batch after a deletion decides the types of the new index, not one before it', async () => {
  await register('f:dog', 'f:"Dogs x"');
  template(KEYWORD);
  const before = engine.percolate(batch({ f: 'Dogs x', n: 1 }));
  state.delete('docs');
  template(ENGLISH);
  const after = engine.percolate(batch({ f: 'Dogs x', n: '2024-05-06' }));
  // It may be read by the mapping of either.
  expect(ordinalsBySlot((await before).pairs, 1)[0]).toContain(1);
  expect(ordinalsBySlot((await after).pairs, 1)).toEqual([[0, 1]]);
  const fields = [...state.mappingOf('docs').root.members];
  expect(fields.map(([name, node]) => [name, 'type' in node && node.type])).toEqual([
    ['f', 'text'],
    ['n', 'date'],
  ]);
});

test('trying a document gives its index no mapping', async () => {
  await register('f:dog', 'f:"Dogs x"');
  expect(await tried({ f: 'Dogs x' })).toEqual([1]);
  template(KEYWORD);
  expect(await tried({ f: 'Dogs x' })).toEqual([1]);
  expect(await tried({ f: 'x dogs x' })).toEqual([]);
  template(ENGLISH);
  expect(await tried({ f: 'x dogs x' })).toEqual([0, 1]);
  expect(state.has('docs')).toBe(false);
  // The first document that is sent opens it.
  expect(await matched({ f: 'x dogs x' })).toEqual([0, 1]);
  template(KEYWORD);
  expect(await tried({ f: 'x dogs x' })).toEqual([0, 1]);
  expect(await matched({ f: 'x dogs x' })).toEqual([0, 1]);
});

test('what a tried document was read as is not shown as learnt', async () => {
  template(KEYWORD);
  await tried({ f: 'a' });
  state.delete('docs');
  state.create('docs', { mappings: { properties: { g: KEYWORD } }, settings: {}, aliases: {} });
  template(ENGLISH);
  expect([...state.mappingOf('docs').root.members.keys()].sort()).toEqual(['f', 'g']);
  await register('f:dog', 'g:dog');
  expect(await matched({ f: 'dogs', g: 'dogs' })).toEqual([]);
});

test('forms are named as compiled for only when that is done', () => {
  const forms = new KnownForms();
  expect(forms.compiledFor).toBe(0);
  forms.add('f', { type: 'keyword' });
  expect(forms.compiledFor).toBe(0);
  const fresh = forms.takeFresh()!;
  forms.add('g', { type: 'ip' });
  forms.owe(fresh);
  expect(forms.compiledFor).toBe(0);
  expect(forms.takeFresh()?.paths).toEqual(new Set(['f', 'g']));
  expect(forms.compiledFor).toBe(0);
  forms.done();
  expect(forms.compiledFor).not.toBe(0);
});
