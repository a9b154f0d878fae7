import { EstromError } from '../../../errors.ts';
import { type AutomatonTable, automatonTable } from '../../../query/regexp/automaton.ts';

/** Steps that one text may take, see `java-regexp/matcher.ts`. */
const MOST_WORK = 20_000_000;
const WORK_BY_UNIT = 100;

/** Runs an automaton of Lucene's expressions over the characters of a text. */
export class LuceneAutomaton {
  readonly #table: AutomatonTable;
  #text = '';
  #work = 0;
  /** The last search ended with the text. */
  isAtEnd = false;

  /** @param bytes see automaton.ts */
  constructor(bytes: Uint8Array) {
    this.#table = automatonTable(bytes);
  }

  begin(text: string): void {
    this.#text = text;
    this.#work = MOST_WORK + text.length * WORK_BY_UNIT;
  }

  /** Where the longest of its texts that begins at the offset ends; -1 for none. Empty ones are none. */
  longest(from: number): number {
    const text = this.#text;
    let longest = -1;
    let state = 0;
    let at = from;
    for (; at < text.length; ) {
      this.#work -= 1;
      const code = text.codePointAt(at)!;
      state = this.#table.step(state, code);
      if (state < 0) break;
      at += code > 0xffff ? 2 : 1;
      if (this.#table.isEnd(state)) longest = at;
    }
    if (this.#work < 0) {
      throw new EstromError('BAD_DOCUMENT', 'a pattern of the analyzer takes too long on a text');
    }
    this.isAtEnd = at >= text.length && state >= 0;
    return longest;
  }
}
