import type { Ir } from '../../src/query/ir.ts';
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
  /** Words of a field by how they begin, and by how they end. */
  #edges: readonly Map<string, string[]>[] | undefined;

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

  /** Documents with a word that one edit makes of this one; undefined for short ones. */
  countNear(field: number, word: string): number | undefined {
    if (word.length < 6) return undefined;
    this.#edges ??= this.documents.map((known) => {
      const map = new Map<string, string[]>();
      for (const one of known.keys()) for (const edge of edgesOf(one)) append(map, edge, one);
      return map;
    });
    const edges = this.#edges[field]!;
    // One edit leaves the beginning or the end.
    const words = new Set(edgesOf(word).flatMap((edge) => edges.get(edge) ?? []));
    const found = new Set<number>();
    for (const one of words) {
      if (!isOneEditAway(word, one)) continue;
      for (const n of this.documents[field]!.get(one)!) found.add(n);
    }
    return found.size;
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function edgesOf(word: string): string[] {
  return [`^${word.slice(0, 2)}`, `${word.slice(-3)}$`];
}

/** Whether one edit makes a word of the other: what is left between what both begin and end with tells. */
function isOneEditAway(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  const most = Math.min(one.length, other.length) - start;
  while (end < most && one.at(-1 - end) === other.at(-1 - end)) end++;
  const a = one.slice(start, one.length - end);
  const b = other.slice(start, other.length - end);
  return (a.length <= 1 && b.length <= 1) || (b.length === 2 && a === `${b[1]}${b[0]}`);
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

type PatternKind = 'prefixes' | 'wildcards' | 'regexps' | 'caseless' | 'near';

/** The same pattern as each kind says it. */
function patternQuery(kind: PatternKind, field: string, pattern: string): Ir {
  if (kind === 'regexps') {
    const expression = pattern.replaceAll('*', '.*').replaceAll('?', '[a-z]');
    return { kind: 'regexp', field, pattern: expression, flags: 0, caseInsensitive: false };
  }
  if (kind !== 'caseless') return { kind: 'wildcard', field, pattern, normalize: true };
  const mixed = pattern.replace(/[a-z]/, (char) => char.toUpperCase());
  return { kind: 'wildcard', field, pattern: mixed, normalize: false, caseInsensitive: true };
}

export function makePatterns(count: number, kind: PatternKind): Workload {
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
      const name = FIELDS[field]!;
      if (kind === 'near') {
        const documents = words.countNear(field, word);
        if (documents === undefined) continue;
        const near = { edits: 1, prefixLength: 0, transpositions: true, normalize: true };
        return { query: { kind: 'fuzzy', field: name, text: word, ...near }, documents };
      }
      const pattern = shape(word, random);
      const documents = words.count(field, pattern);
      if (documents === undefined) continue;
      return { query: patternQuery(kind, name, pattern), documents };
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
