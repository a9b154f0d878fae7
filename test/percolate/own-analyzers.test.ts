import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { analyzerNamed, analyzerText } from '../../src/mapping/analyzers/named.ts';
import { IndexAnalysis } from '../../src/mapping/explicit/index-analysis.ts';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { embeddedEngine } from './engines.ts';

const analyzer = {
  few: { type: 'standard', max_token_length: 3, stopwords: ['x', 'y*'] },
  german: { type: 'stop', stopwords: 'der,die' },
  plain: { type: 'stop', stopwords: '_english_', max_token_length: 7 },
  other: { type: 'stop', stopwords_path: 'words.txt' },
};

test('an analyzer with parameters of its own has one text, which is the analyzer', () => {
  const text = analyzerText({ type: 'stop', stopwords: ['die', 'der'] });
  expect(text).toBe('stop{"stopwords":["der","die"]}');
  expect(
    analyzerNamed(text!)
      ?.analyze('der Hund')
      .map((token) => token.text),
  ).toEqual(['hund']);
  const analysis = new IndexAnalysis({ analysis: { analyzer } });
  expect(analysis.meaningOf('german')).toBe(text);
  expect(analysis.meaningOf(text!)).toBe(text);
  expect(analysis.meaningOf('plain')).toBe('stop');
  expect(analysis.meaningOf('other')).toBeUndefined();
  expect(analysis.hasAnalyzer('stop{"stopwords"')).toBe(false);
});

test('fields with such analyzers match by them', async () => {
  const state = new MappingState({ log: pino({ level: 'silent' }) });
  const engine = embeddedEngine({ workers: 1 }, state);
  onTestFinished(() => engine.close());
  const text = (name: string) => ({ type: 'text', analyzer: name });
  state.create('docs', {
    mappings: { properties: { few: text('few'), german: text('german') } },
    settings: { analysis: { analyzer } },
    aliases: {},
  });
  const texts = ['german:die', 'german:"die Hunde"', 'german:"Hund die Hund"', 'few:def', 'abcdef'];
  await engine.register(
    texts.map((query, ordinal) => ({
      id: query,
      ordinal,
      index: '*',
      query: canonicalise(parseQuery(query)).query,
    })),
  );
  const documents = ['{"german":"die Hunde"}', '{"german":"Hund der Hund"}', '{"few":"abcdef"}'];
  const { pairs } = await engine.percolate(batchOf(documents, 'docs'));
  expect(ordinalsBySlot(pairs, 3)).toEqual([[1], [2], [3, 4]]);
});
