import type { Ir } from '../src/query/ir.ts';
import { Random, Zipf } from './zipf.ts';

/**
 * Documents and queries that look like logs and alerts, made to be no easier than those:
 *
 * - A document has 20 text fields under dynamic mapping (so 40 searchable ones, with `.keyword`),
 *   about 394 bytes. All words are Zipf-distributed over one vocabulary, in every field: each
 *   document is full of words that many queries ask for.
 * - A query is an AND of two terms. At most 10,000 and three of four are planted: pairs of words taken
 *   from one document. The others are Zipf pairs: one word as common as any in a
 *   document, the other from the tail of the vocabulary, begun as early as `MATCHES` allows. They
 *   cost what queries cost that find nothing: candidates are brought up and refused.
 * - Whatever the number of queries, a document matches {@link MATCHES} of them on average. The
 *   number is counted exactly with an inverted index of the documents, apart from any engine. (Where
 *   1,000 pairs are not enough for that, it is said beside the times.)
 */
export const MATCHES = 5;
export const DOCUMENTS = 4000;
export const BATCH_DOCUMENTS = 500;
/** The word that {@link WATCHED_SHARE} of the documents have in the field {@link WATCHED_FIELD}. */
export const WATCHED = 'watched';
export const WATCHED_FIELD = 'team';
export const WATCHED_SHARE = 0.01;

export const FIELDS =
  'message host service level path user_agent user datacenter zone pod namespace image method proto status_text referer city country tag team'.split(
    ' ',
  );
const MESSAGE_WORDS = 12;
/** Large, because at a million queries without a field even words in one of 10,000 documents match too often. */
export const VOCABULARY = 400_000;
export const SEED = 42;
const PLANTING_TRIES = 24;

/** One of the two terms; `field` 0 is `message`. */
export interface Term {
  readonly field: number;
  readonly word: number;
}

export interface Workload {
  readonly documents: readonly string[];
  readonly queries: readonly Ir[];
  /** Matches of all queries in all documents, counted without the engine. */
  readonly matches: number;
  /** Properties of the mapping, where dynamic mapping would make something else of some field. */
  readonly mapping?: Readonly<Record<string, object>>;
  /** Where not all are of one index: which, by query and by document. */
  readonly indices?: { readonly queries: readonly string[]; readonly documents: readonly string[] };
  /** Properties that dynamic mapping makes of what are not only texts, for peers that have none. */
  readonly derived?: Readonly<Record<string, object>>;
}

/** A document's words by field, as their ranks: `message` has several. */
export type Words = readonly (readonly number[])[];

/** What draws the ranks of words. */
export interface Draw {
  next(): number;
}

/** A word as text: letters only, so that one word is one token. Common words are short, as they are. */
export function wordOf(rank: number): string {
  let text = '';
  for (let rest = rank + 26; rest > 0; rest = Math.floor(rest / 26)) {
    text += String.fromCharCode(97 + (rest % 26));
  }
  return `${text}en`;
}

/** Documents as words by field, and whichever is watched without a word of its own there. */
export function makeDocuments(words: Draw): Words[] {
  const watchedField = FIELDS.indexOf(WATCHED_FIELD);
  return Array.from({ length: DOCUMENTS }, (_, n) => {
    const document = FIELDS.map((_, field) =>
      Array.from({ length: field === 0 ? MESSAGE_WORDS : 1 }, () => words.next()),
    );
    // The watched word takes a field's own word away: no query must count on it.
    if (isWatched(n)) document[watchedField] = [];
    return document;
  });
}

function isWatched(n: number): boolean {
  return n % Math.round(1 / WATCHED_SHARE) === 0;
}

export function textOf(document: Words, n: number): string {
  const entries = FIELDS.map((name, field) => [name, document[field]!.map(wordOf).join(' ')]);
  const fields = Object.fromEntries(entries) as Record<string, string>;
  if (isWatched(n)) fields[WATCHED_FIELD] = WATCHED;
  return JSON.stringify(fields);
}

/** Queries that one document in a hundred matches. */
export const watchedQuery = `${WATCHED_FIELD}:${WATCHED}`;

/** The query in the syntax that people write. */
export function queryText(query: Ir): string {
  if (query.kind === 'and') return query.clauses.map(queryText).join(' AND ');
  if (query.kind !== 'match') throw new Error(`the workload has no ${query.kind}`);
  return query.field === null ? query.text : `${query.field}:${query.text}`;
}

/** @param anyField `foo AND bar` instead of `message:foo AND host:bar` */
export function makeWorkload(count: number, anyField: boolean): Workload {
  const random = new Random(SEED);
  const zipf = new Zipf(VOCABULARY, random);
  const documents = makeDocuments(zipf);
  const index = new TermIndex(documents, anyField);
  const pairs = new PairMaker(zipf, random, documents, index, anyField);
  const made = pairs.make(count);
  return {
    documents: documents.map(textOf),
    queries: made.pairs.map(([a, b]) => ({
      kind: 'and',
      clauses: [leafOf(a, anyField), leafOf(b, anyField)],
    })),
    matches: made.matches,
  };
}

export function leafOf({ field, word }: Term, anyField = false): Ir {
  const name = anyField ? null : FIELDS[field]!;
  return { kind: 'match', field: name, text: wordOf(word), operator: 'or' };
}

/** Which documents have a term: the count that engines are checked against. */
export class TermIndex {
  readonly #anyField: boolean;
  readonly #documents = new Map<number, number[]>();

  constructor(documents: readonly Words[], anyField: boolean) {
    this.#anyField = anyField;
    documents.forEach((fields, document) => {
      fields.forEach((words, field) => {
        for (const word of words) this.#add(this.#key({ field, word }), document);
      });
    });
  }

  #key({ field, word }: Term): number {
    return this.#anyField ? word : word * FIELDS.length + field;
  }

  #add(key: number, document: number): void {
    const list = this.#documents.get(key);
    if (list === undefined) this.#documents.set(key, [document]);
    else if (list.at(-1) !== document) list.push(document);
  }

  /** Numbers of the documents that have the term, ascending. */
  having(term: Term): readonly number[] {
    return this.#documents.get(this.#key(term)) ?? [];
  }

  countBoth(a: Term, b: Term): number {
    const first = this.having(a);
    const second = this.having(b);
    let count = 0;
    for (let i = 0, k = 0; i < first.length && k < second.length; ) {
      const difference = first[i]! - second[k]!;
      if (difference === 0) count++;
      if (difference <= 0) i++;
      if (difference >= 0) k++;
    }
    return count;
  }
}

function isNearer(a: number, b: number, to: number): boolean {
  return Math.abs(Math.log(a / to)) < Math.abs(Math.log(b / to));
}

class PairMaker {
  readonly #zipf: Zipf;
  readonly #random: Random;
  readonly #documents: readonly Words[];
  readonly #index: TermIndex;
  readonly #anyField: boolean;
  readonly #seen = new Set<number>();

  constructor(
    zipf: Zipf,
    random: Random,
    documents: readonly Words[],
    index: TermIndex,
    anyField: boolean,
  ) {
    this.#zipf = zipf;
    this.#random = random;
    this.#documents = documents;
    this.#index = index;
    this.#anyField = anyField;
  }

  make(count: number): { pairs: [Term, Term][]; matches: number } {
    const wanted = MATCHES * DOCUMENTS;
    const planted = Math.min(Math.floor(count * 0.75), wanted >> 1);
    const tail = this.#tailStart(count - planted);
    const pairs: [Term, Term][] = [];
    let matches = 0;
    const take = (pair: [Term, Term], found: number) => {
      if (!this.#isNew(pair)) return;
      matches += found;
      pairs.push(pair);
    };
    while (pairs.length < count - planted) {
      const pair: [Term, Term] = [this.#zipfTerm(0), this.#zipfTerm(tail)];
      take(pair, this.#index.countBoth(...pair));
    }
    while (pairs.length < count) {
      const each = Math.max(1, (wanted - matches) / (count - pairs.length));
      take(...this.#plantedPair(each));
    }
    this.#shuffle(pairs);
    return { pairs, matches };
  }

  /** Rank from which rare words are drawn, so that the Zipf pairs make at most half of the matches. */
  #tailStart(count: number): number {
    const occurrences = FIELDS.length - 1 + MESSAGE_WORDS;
    // A term without a field is in the document if any of its words is it, one with a field if that field's is.
    const tries = this.#anyField ? occurrences : occurrences / FIELDS.length;
    const common = this.#zipf.hitRate(0, tries);
    let low = 0;
    let high = VOCABULARY - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (count * common * this.#zipf.hitRate(middle, tries) > MATCHES / 2) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #zipfTerm(from: number): Term {
    return { field: this.#random.below(FIELDS.length), word: this.#zipf.next(from) };
  }

  /** Of some pairs that occur in documents, the one that nearest to `wanted` documents have. */
  #plantedPair(wanted: number): [[Term, Term], number] {
    let best: [Term, Term] | undefined;
    let bestFound = 0;
    for (let tries = 0; best === undefined || tries < PLANTING_TRIES; tries++) {
      const document = this.#documents[this.#random.below(DOCUMENTS)]!;
      const pair: [Term, Term] = [this.#termOf(document), this.#termOf(document)];
      if (pair[0].word === pair[1].word) continue;
      const found = this.#index.countBoth(...pair);
      if (found === 0 || (best !== undefined && !isNearer(found, bestFound, wanted))) continue;
      best = pair;
      bestFound = found;
    }
    return [best, bestFound];
  }

  /** Half of the words of log documents, and so of queries, are in the message. */
  #termOf(document: readonly (readonly number[])[]): Term {
    for (;;) {
      const field = this.#random.below(2) === 0 ? 0 : this.#random.below(FIELDS.length);
      const words = document[field]!;
      // The field of the watched word may be empty.
      if (words.length > 0) return { field, word: words[this.#random.below(words.length)]! };
    }
  }

  /** Equal queries are one query: there must be as many different ones as were asked for. */
  #isNew([a, b]: [Term, Term]): boolean {
    const keys = [a, b].map(({ field, word }) => (this.#anyField ? word : word * 32 + field));
    keys.sort((x, y) => x - y);
    const key = keys[0]! * 2 ** 26 + keys[1]!;
    if (keys[0] === keys[1] || this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  #shuffle(pairs: [Term, Term][]): void {
    for (let i = pairs.length - 1; i > 0; i--) {
      const k = this.#random.below(i + 1);
      [pairs[i], pairs[k]] = [pairs[k]!, pairs[i]!];
    }
  }
}
