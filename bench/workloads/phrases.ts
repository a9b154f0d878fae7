import { type Counted, drawQueries } from '../presearch/budget.ts';
import {
  DOCUMENTS,
  MATCHES,
  makeDocuments,
  SEED,
  textOf,
  VOCABULARY,
  type Words,
  type Workload,
  wordOf,
} from '../workload.ts';
import { Random, Zipf } from '../zipf.ts';

const MOST_WORDS = 4;

/**
 * Phrases of 2 to 4 words in the message: taken from one as they are, taken from one with their order
 * turned about (so that every word is there, and the phrase is not), or of any words.
 */
export function makePhrases(count: number): Workload {
  const random = new Random(SEED);
  const zipf = new Zipf(VOCABULARY, random);
  const documents = makeDocuments(zipf);
  const pairs = new PairIndex(documents);
  const draw = (): Counted => {
    const size = 2 + Math.floor(random.next() ** 2 * (MOST_WORDS - 1));
    const message = documents[random.below(DOCUMENTS)]![0]!;
    const from = random.below(message.length - size);
    let words = message.slice(from, from + size);
    const kind = random.below(3);
    if (kind === 1) words = words.toReversed();
    if (kind === 2) words = words.map((_, i) => zipf.next(i === 0 ? 0 : 1000));
    return {
      query: { kind: 'phrase', field: 'message', text: words.map(wordOf).join(' '), slop: 0 },
      documents: pairs.count(words),
    };
  };
  return {
    documents: documents.map(textOf),
    ...drawQueries(count, MATCHES * DOCUMENTS, random, draw),
  };
}

/** Which messages have two words next to each other. */
export class PairIndex {
  readonly #messages: readonly (readonly number[])[];
  readonly #having = new Map<number, number[]>();

  constructor(documents: readonly Words[]) {
    this.#messages = documents.map((document) => document[0]!);
    this.#messages.forEach((words, n) => {
      for (let i = 1; i < words.length; i++) {
        const key = words[i - 1]! * VOCABULARY + words[i]!;
        const list = this.#having.get(key);
        if (list === undefined) this.#having.set(key, [n]);
        else if (list.at(-1) !== n) list.push(n);
      }
    });
  }

  /** Numbers of the documents that have the phrase, ascending. */
  having(phrase: readonly number[]): readonly number[] {
    const first = this.#having.get(phrase[0]! * VOCABULARY + phrase[1]!) ?? [];
    return first.filter((n) => {
      const words = this.#messages[n]!;
      return words.some((_, at) => phrase.every((word, i) => words[at + i] === word));
    });
  }

  count(phrase: readonly number[]): number {
    return this.having(phrase).length;
  }
}
