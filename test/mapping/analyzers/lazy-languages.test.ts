import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { analyzerNamed, analyzerText } from '../../../src/mapping/analyzers/named.ts';

const { cache } = createRequire(import.meta.url);

/** Files of languages that this thread has loaded. */
const loaded = (): string[] =>
  Object.keys(cache).flatMap((path) => {
    const [, file] =
      /(stop-word-lists.\w+|stemmers.[\w-]+|normalizations.[\w-]+)\.[jt]s$/.exec(path) ?? [];
    return file === undefined ? [] : [file.replace('\\', '/')];
  });

test('what a language needs is loaded by the first analyzer of it, and by no other', () => {
  const texts = ['standard', 'simple', 'whitespace', 'keyword', 'stop', 'english', 'chinese'];
  for (const name of texts) {
    analyzerText({ type: name });
    analyzerNamed(name)!.analyze('the quick foxes');
  }
  expect(loaded()).toEqual([]);
  analyzerNamed('french')!.analyze('les chevaux');
  expect(loaded().sort()).toEqual(['stemmers/french-light', 'stop-word-lists/french']);
  analyzerNamed('danish')!.analyze('husene');
  expect(loaded()).toContain('stemmers/snowball-stemmers');
});
