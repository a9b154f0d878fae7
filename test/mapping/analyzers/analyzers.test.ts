import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyzerNamed, analyzerOf } from '../../../src/mapping/analyzers/named.ts';
import { type Analyzed, type AnalyzerChoice, analyzedOwn } from '../../golden/analyzers.ts';

type Line = [choice: AnalyzerChoice, text: string, ...Analyzed];
const golden = JSON.parse(
  readFileSync(new URL('../../golden/analyzers.json', import.meta.url), 'utf8'),
) as Line[];

const choices = [...new Set(golden.map(([choice]) => JSON.stringify(choice)))];
const words = (name: string, text: string) =>
  analyzerNamed(name)!
    .analyze(text)
    .map((token) => [token.position, token.text]);

describe('analyzers', () => {
  it.each(choices)(
    'give the tokens, positions and offsets that Elasticsearch gave: %s',
    (choice) => {
      const own = golden.filter(([of]) => JSON.stringify(of) === choice);
      const actual = own.map(([of, text]) => [text, ...analyzedOwn(of, text)]);
      expect(actual).toEqual(own.map(([, ...line]) => line));
    },
  );

  it('leave gaps where stop words were, also behind the last token', () => {
    expect(words('english', 'The foxes of the Kings and')).toEqual([
      [1, 'fox'],
      [4, 'king'],
    ]);
    expect(analyzerNamed('english')!.span('The foxes of the Kings and')).toBe(6);
    expect(analyzerNamed('stop')!.span('the')).toBe(1);
  });

  it('take stop words and words that keep their form from settings', () => {
    const settings = { type: 'english', stopwords: 'and,runs', stem_exclusion: ['running'] };
    const tokens = analyzerOf(settings).analyze("The running dog's runs and walks");
    expect(tokens.map(({ text }) => text)).toEqual(['the', 'running', 'dog', 'walk']);
  });

  it('are made once for each name, and there is none of another name', () => {
    expect(analyzerNamed('english')).toBe(analyzerNamed('english'));
    expect(analyzerNamed('thai')).toBeNull();
    expect(analyzerNamed('constructor')).toBeNull();
  });

  it.each([
    [{ type: 'thai' }, 'type [thai]'],
    [{}, 'type [custom]'],
    [{ type: 'simple', stopwords: ['a'] }, 'takes no [stopwords]'],
    [{ type: 'standard', max_token_length: 0 }, 'max_token_length'],
    [{ type: 'greek', stem_exclusion: ['a'] }, 'takes no [stem_exclusion]'],
    [{ type: 'snowball', language: 'german' }, 'stemmer class'],
    [{ type: 'snowball', language: 'Klingon' }, 'stemmer class'],
    [{ type: 'stop', stopwords: 7 }, 'stopwords'],
  ])('are refused with what is wrong: %j', (settings, reason) => {
    expect(() => analyzerOf(settings)).toThrow(reason);
  });
});
