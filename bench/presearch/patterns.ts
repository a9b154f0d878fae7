import { DOCUMENTS, MATCHES, type Workload, wordOf } from '../workload.ts';
import { Random, Zipf } from '../zipf.ts';
import { type Counted, drawQueries } from './budget.ts';

const SEED = 11;
export const FIELDS = 'message host service path user'.split(' ');
const WORDS = 8;

export type Texts = readonly (readonly string[])[];

/** Documents of Zipf words in five text fields, eight in each. */
export function makeTexts(random: Random, zipf: Zipf): Texts[] {
  // The alphabet is turned about, so that common words are not those that begin with `a`.
  const word = () => wordOf((zipf.next() * 7919 + random.below(3)) % 3_000_000);
  return Array.from({ length: DOCUMENTS }, () =>
    FIELDS.map(() => Array.from({ length: WORDS }, word)),
  );
}

/** Which documents have a word, and which words of a field have some letters next to each other. */
export class Words {
  readonly documents: readonly Map<string, number[]>[];
  readonly #grams: readonly Map<string, string[]>[];

  constructor(texts: readonly Texts[]) {
    this.documents = FIELDS.map((_, field) => {
      const map = new Map<string, number[]>();
      texts.forEach((text, n) => {
        for (const word of new Set(text[field])) append(map, word, n);
      });
      return map;
    });
    this.#grams = this.documents.map((words) => {
      const map = new Map<string, string[]>();
      for (const word of words.keys()) {
        for (const gram of gramsOf(`^${word}$`)) append(map, gram, word);
      }
      return map;
    });
  }

  /** Documents with a word in the field that the pattern matches; undefined when nothing narrows it down. */
  count(field: number, pattern: string): number | undefined {
    const tested = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
    return this.countWith(field, `^${pattern}$`.split(/[*?]/), tested);
  }

  /**
   * Documents with a word in the field that passes the test.
   * @param runs letters that each such word has; `^` and `$` are its ends
   */
  countWith(field: number, runs: readonly string[], tested: RegExp): number | undefined {
    const grams = runs.flatMap((run) => [...gramsOf(run)]);
    let words: readonly string[] | undefined;
    for (const gram of grams) {
      const having = this.#grams[field]!.get(gram) ?? [];
      if (words === undefined || having.length < words.length) words = having;
    }
    if (words === undefined) return undefined;
    const found = new Set<number>();
    for (const word of words) {
      if (!tested.test(word)) continue;
      for (const n of this.documents[field]!.get(word)!) found.add(n);
    }
    return found.size;
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Runs of two to four letters; `^` and `$` count as such. */
function gramsOf(text: string): Set<string> {
  const grams = new Set<string>();
  for (let size = 2; size <= 4; size++) {
    for (let i = 0; i + size <= text.length; i++) grams.add(text.slice(i, i + size));
  }
  return grams;
}

/** What of a word a pattern keeps. */
type Shape = (word: string, random: Random) => string;

const prefix: Shape = (word, random) => `${word.slice(0, 2 + random.below(word.length - 1))}*`;

const inner: Shape = (word, random) => {
  // At least four letters: all words end in the same two.
  const begin = random.below(Math.max(1, word.length - 4));
  const part = word.slice(begin, begin + 4 + random.below(word.length));
  switch (random.below(4)) {
    case 0:
      return `*${word.slice(begin)}`;
    case 1:
      return `${word[0]}*${part}*`;
    case 2:
      return `*${part.slice(0, 3)}?${part.slice(4)}*`;
    default:
      return `*${part}*`;
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
      const pattern = shape(word, random);
      const documents = words.count(field, pattern);
      if (documents === undefined) continue;
      const query = { kind: 'wildcard', field: FIELDS[field]!, pattern, normalize: true } as const;
      return { query, documents };
    }
  };
  const made = drawQueries(count, MATCHES * DOCUMENTS, random, draw);
  return { documents: documentsOf(texts), ...made };
}

export function documentsOf(texts: readonly Texts[]): string[] {
  return texts.map((text) =>
    JSON.stringify(Object.fromEntries(FIELDS.map((name, f) => [name, text[f]!.join(' ')]))),
  );
}
