import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ASCII_CLASS, analyzeStandard, lowerCase } from '../../src/mapping/standard-analyzer.ts';
import * as classes from '../../src/mapping/word-break-classes.ts';
import { analyzeOwn, type StoredToken } from '../golden/strings.ts';

const golden = JSON.parse(
  readFileSync(new URL('../golden/tokens.json', import.meta.url), 'utf8'),
) as [string, StoredToken[]][];

const tokens = (text: string): string[] => analyzeStandard(text).map((token) => token.text);

describe('analyzeStandard', () => {
  it('gives the tokens, positions and offsets that Elasticsearch gave', () => {
    const different = golden.filter(
      ([text, expected]) => JSON.stringify(analyzeOwn(text)) !== JSON.stringify(expected),
    );
    expect(golden.length).toBeGreaterThanOrEqual(3000);
    expect(different).toEqual([]);
  });

  it('splits at hyphens and slashes, and keeps inner points, apostrophes and colons', () => {
    expect(tokens("Quick-brown/fox can't go to a:b.c 1,000.5 x_y 1:2")).toEqual([
      'quick',
      'brown',
      'fox',
      "can't",
      'go',
      'to',
      'a:b.c',
      '1,000.5',
      'x_y',
      '1',
      '2',
    ]);
  });

  it('finds no token in punctuation alone', () => {
    expect(tokens('--- ___ ... "" \u200d')).toEqual([]);
  });

  it('makes each ideograph a token and keeps Thai, Katakana and Hangul runs whole', () => {
    expect(tokens('漢字かなカタカナ 한국어 สวัสดีครับ')).toEqual([
      '漢',
      '字',
      'か',
      'な',
      'カタカナ',
      '한국어',
      'สวัสดีครับ',
    ]);
  });

  it('cuts words after the longest token length and reads on from there', () => {
    expect(analyzeStandard('a'.repeat(300)).map(({ start, end }) => [start, end])).toEqual([
      [0, 255],
      [255, 300],
    ]);
    expect(tokens('abcdefg')).toEqual(['abcdefg']);
    expect(analyzeStandard('abcdefg', 3).map(({ text }) => text)).toEqual(['abc', 'def', 'g']);
  });

  it('never cuts a character in two', () => {
    const letter = '\u{1d400}';
    expect(analyzeStandard(letter.repeat(200)).map(({ end }) => end)).toEqual([254, 400]);
  });
});

/** What Elasticsearch 7.17 answers; it reads texts in pieces of 255. */
describe('half a character at the end of a text', () => {
  const words = (before: string, length: number) =>
    `${before}${'ab '.repeat(300)}`.slice(0, length - 1);

  it.each([
    ['foo bar ', 0],
    ['foo bar', 0],
    [words('', 254), 0],
    [words('', 255), 85],
    [words('', 300), 85],
    [words('x', 300), 100],
    [words('xy', 300), 100],
    [words('xy ', 300), 85],
    [words('', 600), 170],
  ])('costs the words that are read with it: of %j %i stay', (text, count) => {
    expect(analyzeStandard(`${text}\ud83c`)).toHaveLength(count);
  });

  it('costs nothing elsewhere', () => {
    expect(analyzeStandard('foo \ud83c bar')).toHaveLength(2);
    expect(analyzeStandard('foo \udf00')).toHaveLength(1);
  });
});

describe('lowerCase', () => {
  it('lower-cases each code point on its own', () => {
    expect(lowerCase('ΣΑΣ İI ẞ Ǆ')).toBe('σασ ii ß ǆ');
  });
});

describe('ASCII_CLASS', () => {
  it('names the kind of every byte below 128', () => {
    const of = (characters: string) => [...characters].map((c) => ASCII_CLASS[c.charCodeAt(0)]);
    expect(ASCII_CLASS).toHaveLength(128);
    expect(of('aZ')).toEqual([classes.ASCII_LETTER, classes.ASCII_LETTER]);
    expect(of('09')).toEqual([classes.ASCII_NUMBER, classes.ASCII_NUMBER]);
    expect(of('_:,;')).toEqual([
      classes.ASCII_UNDERSCORE,
      classes.ASCII_MID_LETTER,
      classes.ASCII_MID_NUMBER,
      classes.ASCII_MID_NUMBER,
    ]);
    expect(of(".'")).toEqual([classes.ASCII_MID_BOTH, classes.ASCII_MID_BOTH]);
    expect(of(' -/"#*@')).toEqual(new Array(7).fill(classes.ASCII_OTHER));
  });
});
