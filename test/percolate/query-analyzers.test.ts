import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { embeddedEngine } from './engines.ts';

const german = { type: 'stop', stopwords: ['der', 'die'] };

function engineOf() {
  const state = new MappingState({ log: pino({ level: 'silent' }) });
  const engine = embeddedEngine({ workers: 1 }, state);
  onTestFinished(() => engine.close());
  const create = (index: string, analyzer: object) =>
    state.create(index, {
      mappings: { properties: { a: { type: 'text' } } },
      settings: { analysis: { analyzer } },
      aliases: {},
    });
  const register = (queries: readonly object[]) =>
    engine.register(
      queries.map((query, ordinal) => ({
        id: String(ordinal),
        ordinal,
        index: '*',
        query: canonicalise(parseQuery(query)).query,
      })),
    );
  const matched = async (index: string, ...sources: object[]) => {
    const texts = sources.map((source) => JSON.stringify(source));
    const { pairs } = await engine.percolate(batchOf(texts, index));
    return ordinalsBySlot(pairs, sources.length);
  };
  return { create, register, matched };
}

const all = (query: string, analyzer: string) => ({
  match: { a: { query, analyzer, operator: 'and' } },
});

test('an analyzer is what the index calls so, also one that is made after the query', async () => {
  const { create, register, matched } = engineOf();
  create('one', { mine: german });
  await register([all('die Hunde', 'mine'), { bool: { must_not: [all('die', 'mine')] } }]);
  const documents = [{ a: 'Hunde' }, { a: 'Hunde die' }];
  expect(await matched('one', ...documents)).toEqual([
    [0, 1],
    [0, 1],
  ]);
  create('two', { mine: { type: 'whitespace' } });
  expect(await matched('two', ...documents, { a: 'die hunde' })).toEqual([[1], [], []]);
  expect(await matched('two', { a: 'katzen' })).toEqual([[1]]);
  // Where there is none of that name, nothing is found by it.
  expect(await matched('three', ...documents)).toEqual([[1], [1]]);
  expect(await matched('one', ...documents)).toEqual([
    [0, 1],
    [0, 1],
  ]);
});

test('an index may give the name of a built-in analyzer to another one', async () => {
  const { create, register, matched } = engineOf();
  await register([all('Der Hund', 'simple'), all('Der Hund', 'default')]);
  expect(await matched('plain', { a: 'der hund' }, { a: 'hund' })).toEqual([[0, 1], []]);
  create('own', { simple: german });
  expect(await matched('own', { a: 'der hund' }, { a: 'hund' })).toEqual([[0, 1], [0]]);
  create('other', { default: german });
  expect(await matched('other', { a: 'der hund' }, { a: 'hund' })).toEqual([[1], [1]]);
  expect(await matched('plain', { a: 'der hund' }, { a: 'hund' })).toEqual([[0, 1], []]);
});

test('a text that reads like an analyzer with parameters is the name of none', async () => {
  const { register, matched } = engineOf();
  await register([all('x', 'stop{"stopwords":["y"]}'), all('x', 'stop{')]);
  expect(await matched('one', { a: 'x' })).toEqual([[]]);
});

test('an analyzer that is not had here finds nothing', async () => {
  const { create, register, matched } = engineOf();
  await register([all('x', 'parts'), all('x', 'stop')]);
  const parts = { type: 'custom', tokenizer: 'thai' };
  create('one', { parts, stop: parts });
  expect(await matched('one', { a: 'x' })).toEqual([[]]);
  expect(await matched('two', { a: 'x' })).toEqual([[1]]);
});
