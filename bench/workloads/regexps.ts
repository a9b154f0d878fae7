import { type Counted, drawQueries } from '../presearch/budget.ts';
import { documentsOf, FIELDS, makeTexts, Words } from '../presearch/patterns.ts';
import { DOCUMENTS, MATCHES, type Workload } from '../workload.ts';
import { Random, Zipf } from '../zipf.ts';
import { parsed } from './dsl.ts';

const SEED = 17;

/** A regular expression in Lucene's syntax and JavaScript's, and letters that each match has in a row. */
interface Shape {
  readonly pattern: string;
  readonly runs: readonly string[];
}

/** Regular expressions made from words: classes, alternatives, repetitions, ends left open. */
export function makeRegexps(count: number): Workload {
  const random = new Random(SEED);
  const zipf = new Zipf(400_000, random);
  const texts = makeTexts(random, zipf);
  const words = new Words(texts);
  const vocabulary = words.documents.map((map) => [...map.keys()]);
  const draw = (): Counted<object> => {
    for (;;) {
      const field = random.below(FIELDS.length);
      const known = vocabulary[field]!;
      const { pattern, runs } = shapeOf(known[random.below(known.length)]!, random);
      const documents = words.countWith(field, runs, new RegExp(`^(?:${pattern})$`));
      if (documents === undefined) continue;
      return { query: { regexp: { [FIELDS[field]!]: { value: pattern } } }, documents };
    }
  };
  const { queries, matches } = drawQueries(count, MATCHES * DOCUMENTS, random, draw);
  return { documents: documentsOf(texts), queries: queries.map(parsed), matches };
}

function shapeOf(word: string, random: Random): Shape {
  const letter = () => String.fromCharCode(97 + random.below(26));
  const cut = 2 + random.below(Math.max(1, word.length - 4));
  const head = word.slice(0, cut);
  const tail = word.slice(cut + 1);
  switch (random.below(5)) {
    case 0:
      return { pattern: `${head}[${letter()}-z]${tail}`, runs: [`^${head}`, `${tail}$`] };
    case 1:
      return { pattern: `${head}(${word[cut]}|${letter()}${letter()}).*`, runs: [`^${head}`] };
    case 2:
      return { pattern: `.*${word.slice(1, 4)}.{1,4}en`, runs: [word.slice(1, 4), 'en$'] };
    case 3:
      return { pattern: `${head}[a-m]+(en|${letter()})`, runs: [`^${head}`] };
    default:
      return { pattern: `.*${word.slice(-5)}`, runs: [`${word.slice(-5)}$`] };
  }
}
