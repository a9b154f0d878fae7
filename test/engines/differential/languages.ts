import fc from 'fast-check';
import { analyzerNamed } from '../../../src/mapping/analyzers/named.ts';
import { stopWordsOf } from '../../../src/mapping/analyzers/stop-words.ts';
import { lowerCase } from '../../../src/mapping/standard-analyzer.ts';
import { ENDINGS } from '../../golden/language-endings.ts';
import { LANGUAGE_ANALYZERS, languageText, wordFor } from '../../golden/language-texts.ts';
import { randomNumbers } from '../../golden/strings.ts';
import { documentOf, type Field } from './documents.ts';
import type { MappedRound } from './mapped-round.ts';
import { queryAnalyzersOf } from './query-analyzers.ts';
import { queryDslOf } from './query-dsl.ts';
import { type Question, queryTextOf } from './query-strings.ts';
import type { Json } from './values.ts';

const exactly = (count: number) => ({ minLength: count, maxLength: count });

/** Words of which several have one stem, and stop words. */
function wordsOf(language: string, seed: number): string[] {
  const random = randomNumbers(seed);
  const endings = (ENDINGS[language] ?? '').trim().split(/\s+/);
  const pick = (of: readonly string[]): string => of[random(of.length)]!;
  const words = Array.from({ length: 5 }, () => {
    const word = wordFor(language, random);
    return [word, word + pick(endings), word.slice(0, -1 - random(2)), word.toUpperCase()];
  }).flat();
  const isList = !['chinese', 'snowball'].includes(language);
  const stops = isList ? [...stopWordsOf(language)] : ['the', 'of'];
  words.push(pick(stops), pick(stops), languageText(language, random).slice(0, 20));
  return words.map((word) => word.toWellFormed().trim()).filter((word) => word !== '');
}

/**
 * Whether queries may ask for the word. Stop words in query strings, and accents in patterns of them, are read otherwise
 * on purpose, see docs/elasticsearch-differences.md.
 */
function isAsked(word: string, analyzers: readonly string[]): boolean {
  return analyzers.every((name) => {
    const analyzer = analyzerNamed(name)!;
    const isWord = word
      .split(/[^\p{L}\p{N}\p{M}]+/u)
      .every((part) => analyzer.analyze(part).length > 0);
    const read = analyzer.normalize(word);
    return isWord && (read === lowerCase(word) || read === word);
  });
}

/** Documents also have words that queries do not ask for. */
function field(path: string, language: string, other: string): fc.Arbitrary<Field> {
  return fc.nat(2 ** 31).chain((seed) => {
    const words = wordsOf(language, seed);
    const asked = words.filter((word) => isAsked(word, [language, other, 'standard']));
    const word = fc.constantFrom(...(asked.length > 0 ? asked : ['x1']));
    const textOf = (one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.array(one, { minLength: 1, maxLength: 4 }).map((some) => some.join(' '));
    const text = textOf(word);
    const fresh = textOf(fc.constantFrom(...words)).map((one): Json => JSON.stringify(one));
    const usual = text.map((one): Json => JSON.stringify(one));
    return fc.array(usual, { minLength: 2, maxLength: 4 }).map((pool) => ({
      path,
      profile: 'words' as const,
      pool,
      fresh,
      question: fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: text }),
    }));
  });
}

/** Documents with texts of two languages, and queries that ask their fields or name their analyzers. */
export function languageRound(documents: number, questions: number): fc.Arbitrary<MappedRound> {
  const language = fc.constantFrom(...LANGUAGE_ANALYZERS);
  return fc.tuple(language, language).chain(([one, other]) => {
    const text = (analyzer?: string) => ({
      type: 'text',
      ...(analyzer !== undefined && { analyzer }),
      fields: { keyword: { type: 'keyword', ignore_above: 256 } },
    });
    const all = fc.tuple(
      field('a', one, other),
      field('a2', one, other),
      field('b.c', other, one),
      field('s', one, other),
    );
    return all.chain((asked) =>
      fc.record({
        mapping: fc.constant({
          properties: {
            a: text(one),
            a2: { ...text(one), search_analyzer: other },
            b: { properties: { c: text(other) } },
            s: text(),
          },
        }),
        documents: fc.array(documentOf(asked), exactly(documents)),
        questions: fc.array(
          fc.oneof(
            queryTextOf(asked).map(({ kind, text }): Question => ({ kind, query: text })),
            queryDslOf(asked),
            queryAnalyzersOf(asked, [one, one, other]),
          ),
          exactly(questions),
        ),
      }),
    );
  });
}
