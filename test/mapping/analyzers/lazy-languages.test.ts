import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Of a thread of its own: prints the files of languages that were loaded, after each step. */
const PROGRAM = `
import { createRequire } from 'node:module';
const { analyzerNamed, analyzerText } = await import(process.argv[1]);
const { cache } = createRequire(process.argv[1]);
const loaded = () =>
  Object.keys(cache)
    .map((path) => /(?:stop-word-lists|normalizations|stemmers).[\\w-]+(?=\\.[jt]s$)/.exec(path)?.[0])
    .filter((file) => file !== undefined)
    .sort();
const steps = [];
for (const name of ['standard', 'simple', 'whitespace', 'keyword', 'stop', 'english', 'chinese']) {
  analyzerText({ type: name });
  analyzerNamed(name).analyze('the quick foxes');
}
steps.push(loaded());
for (const name of ['french', 'danish']) {
  analyzerNamed(name).analyze('les chevaux');
  steps.push(loaded());
}
console.log(JSON.stringify(steps));
`;

test('what a language needs is loaded by the first analyzer of it, and by no other', () => {
  const { href } = new URL('../../../src/mapping/analyzers/named.ts', import.meta.url);
  const options = ['--input-type=module', '-e', PROGRAM, href];
  const french = ['stemmers/french-light', 'stop-word-lists/french'];
  expect(JSON.parse(execFileSync(process.execPath, options, { encoding: 'utf8' }))).toEqual([
    [],
    french,
    [french[0], 'stemmers/snowball-stemmers', 'stop-word-lists/danish', french[1]],
  ]);
});
