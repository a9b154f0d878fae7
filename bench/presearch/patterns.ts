import { DOCUMENTS, MATCHES, type Workload, wordOf } from '../workload.ts';
import { Random, Zipf } from '../zipf.ts';
import { type Counted, drawQueries } from './budget.ts';

const SEED = 11;
const FIELDS = 'message host service path user pod namespace image method referer'.split(' ');
const WORDS = 8;

type Texts = readonly (readonly string[])[];

/** Documents of Zipf words in ten text fields, eight in each. */
function makeTexts(random: Random, zipf: Zipf): Texts[] {
  // The alphabet is turned about, so that common words are not those that begin with `a`.
  const word = () => wordOf((zipf.next() * 7919 + random.below(3)) % 3_000_000);
  return Array.from({ length: DOCUMENTS }, () =>
    FIELDS.map(() => Array.from({ length: WORDS }, word)),
  );
}

/** Which documents have a word, and which words of a field have two given letters next to each other. */
class Words {
  readonly documents: readonly Map<string, number[]>[];
  readonly #pairs: readonly Map<string, string[]>[];

  constructor(texts: readonly Texts[]) {
    this.documents = FIELDS.map((_, field) => {
      const map = new Map<string, number[]>();
      texts.forEach((text, n) => {
        for (const word of new Set(text[field])) {
          const list = map.get(word);
          if (list === undefined) map.set(word, [n]);
          else list.push(n);
        }
      });
      return map;
    });
    this.#pairs = this.documents.map((words) => {
      const map = new Map<string, string[]>();
      for (const word of words.keys()) {
        for (const pair of pairsOf(`^${word}$`)) {
          const list = map.get(pair);
          if (list === undefined) map.set(pair, [word]);
          else list.push(word);
        }
      }
      return map;
    });
  }

  /** Documents with a word in the field that the pattern matches; `pair` stands in each such word. */
  count(field: number, pattern: RegExp, pair: string): number {
    const found = new Set<number>();
    for (const word of this.#pairs[field]!.get(pair) ?? []) {
      if (!pattern.test(word)) continue;
      for (const n of this.documents[field]!.get(word)!) found.add(n);
    }
    return found.size;
  }
}

function pairsOf(word: string): Set<string> {
  return new Set(Array.from({ length: word.length - 1 }, (_, i) => word.slice(i, i + 2)));
}

/** The part of a word that a pattern keeps, as the pattern and as one pair of letters that words need. */
type Shape = (word: string, random: Random) => { pattern: string; pair: string };

const prefix: Shape = (word, random) => {
  const length = 1 + random.below(word.length);
  return { pattern: `${word.slice(0, length)}*`, pair: `^${word[0]}` };
};

const inner: Shape = (word, random) => {
  const begin = random.below(word.length - 1);
  const length = 2 + random.below(word.length - begin - 1);
  const part = word.slice(begin, begin + length);
  switch (random.below(4)) {
    case 0:
      return { pattern: `*${word.slice(begin)}`, pair: `${word.at(-1)}$` };
    case 1:
      return { pattern: `${word[0]}*${part}*`, pair: `^${word[0]}` };
    case 2:
      return { pattern: `*${part[0]}?${part.slice(2)}*`, pair: '' };
    default:
      return { pattern: `*${part}*`, pair: part.slice(0, 2) };
  }
};

export function makePatterns(count: number, kind: 'prefixes' | 'wildcards'): Workload {
  const random = new Random(SEED);
  const zipf = new Zipf(400_000, random);
  const texts = makeTexts(random, zipf);
  const words = new Words(texts);
  const vocabulary = words.documents.map((map) => [...map.keys()]);
  const shape = kind === 'prefixes' ? prefix : inner;

  const draw = (): Counted => {
    for (;;) {
      const field = random.below(FIELDS.length);
      const known = vocabulary[field]!;
      const word =
        random.below(4) === 0 ? wordOf(zipf.next(20_000) * 7) : known[random.below(known.length)]!;
      const { pattern, pair } = shape(word, random);
      const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
      const documents = words.count(field, new RegExp(`^${source}$`), pair || longestPair(pattern));
      if (pair === '' && longestPair(pattern) === '') continue;
      const query = { kind: 'wildcard', field: FIELDS[field]!, pattern, normalize: true } as const;
      return { query, documents };
    }
  };
  const made = drawQueries(count, MATCHES * DOCUMENTS, random, draw);
  const documents = texts.map((text) =>
    JSON.stringify(Object.fromEntries(FIELDS.map((name, f) => [name, text[f]!.join(' ')]))),
  );
  return { documents, ...made };
}

/** Two letters that stand next to each other in the pattern. */
function longestPair(pattern: string): string {
  return /[a-z]{2}/.exec(pattern)?.[0] ?? '';
}
