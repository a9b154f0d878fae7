import { EstromError } from '../../../errors.ts';
import { windowEnd } from '../../standard-analyzer.ts';
import { tokenAt } from '../token-stream.ts';
import { AddressAutomaton, addressStates } from './addresses/address-automaton.ts';
import type { LazyAutomaton } from './addresses/lazy-automaton.ts';
import * as rules from './addresses/rules.ts';
import { Scan } from './addresses/scan.ts';
import { wordAutomaton } from './addresses/word-automaton.ts';
import { longestOf, parameters, typeOf } from './standard.ts';
import type { TokenizerSpec } from './tokenizer.ts';

/** Characters that one text may have read, see `java-regexp/matcher.ts`. */
const MOST_WORK = 20_000_000;
const WORK_BY_UNIT = 100;
/** What a step that no text has taken before costs, in usual ones. */
const WORK_OF_STEP = 200;
const MAILTO = 'mailto:';

/** Words, with addresses of the web and of mail as wholes. */
export const uaxUrlEmail: TokenizerSpec = {
  parameters,
  build(settings) {
    const longest = longestOf(settings);
    return {
      tokenize(text, stream) {
        const cut = new Cutter(text, longest);
        for (let found = cut.next(); found !== undefined; found = cut.next()) {
          const { start, end, type } = found;
          const word = text.slice(start, end);
          stream.push(tokenAt(word, start, end, type ?? typeOf(word)));
        }
      },
    };
  },
};

interface Found {
  readonly start: number;
  readonly end: number;
  /** None is that of the word. */
  readonly type: string | undefined;
}

/** Goes through a text, at each place with the rules of words and those of addresses: the longer text counts. */
class Cutter {
  readonly #text: string;
  readonly #longest: number;
  readonly #isHalved: boolean;
  readonly #states: LazyAutomaton;
  readonly #words: Scan;
  readonly #usual: Scan;
  #strict: Scan | undefined;
  #start = 0;
  #read = 0;
  #isStrict = false;
  readonly #mostWork: number;
  readonly #madeBefore: number;

  constructor(text: string, longest: number) {
    this.#text = text;
    this.#longest = longest;
    this.#mostWork = MOST_WORK + text.length * WORK_BY_UNIT;
    this.#isHalved = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
    this.#states = addressStates();
    this.#madeBefore = this.#states.made;
    this.#words = new Scan(wordAutomaton, text, longest);
    this.#usual = new Scan(new AddressAutomaton(this.#states, false), text, longest);
  }

  next(): Found | undefined {
    const text = this.#text;
    while (this.#start < text.length) {
      const start = this.#start;
      let limit = windowEnd(text, start, this.#longest);
      // See `analyzeStandard`.
      if (limit === start) break;
      if (this.#isHalved) {
        const read = this.#read;
        if (read > start && !this.#goesOn(start, read)) limit = read;
        else if (limit === text.length && limit > read && limit - start < this.#longest) {
          if (read === start) break;
          [limit, this.#read] = [read, limit];
        } else this.#read = limit;
      }
      const found = this.#at(start, limit);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What begins at the place; undefined where that has to be read again, or from the next place on. */
  #at(start: number, limit: number): Found | undefined {
    const word = this.#words.longest(start, limit);
    const scan = this.#scan();
    const address = scan.longest(start, limit);
    this.#checkWork();
    // Words that are as long count less.
    if (address > 0 && address >= word) return this.#address(start, address, scan.rule);
    if (word < 0) {
      this.#start += this.#text.codePointAt(start)! > 0xffff ? 2 : 1;
      return undefined;
    }
    return this.#found(start, word, undefined);
  }

  #address(start: number, end: number, rule: number): Found | undefined {
    if (rule === rules.EMAIL) {
      const mailto = start + MAILTO.length;
      if (this.#text.slice(start, mailto).toLowerCase() !== MAILTO) {
        return this.#found(start, end, '<EMAIL>');
      }
      return this.#found(start, mailto - 1, undefined);
    }
    if (rule === rules.HOST_BEFORE_OTHER) {
      const isPair = (this.#text.codePointAt(end - 2) ?? 0) > 0xffff;
      return this.#found(start, end - (isPair ? 2 : 1), '<URL>');
    }
    const isHost = rule >= rules.HOST_GOES_ON && rule <= rules.LAST_OF_HOSTS;
    if (!isHost || (rule - rules.HOST_GOES_ON) % 2 === 1) return this.#found(start, end, '<URL>');
    this.#isStrict = true;
    return undefined;
  }

  #found(start: number, end: number, type: string | undefined): Found {
    this.#start = end;
    this.#isStrict = false;
    return { start, end, type };
  }

  #goesOn(start: number, limit: number): boolean {
    return [this.#scan(), this.#words].some((scan) => {
      scan.longest(start, limit);
      return scan.isOpen;
    });
  }

  #scan(): Scan {
    if (!this.#isStrict) return this.#usual;
    const automaton = new AddressAutomaton(this.#states, true);
    this.#strict ??= new Scan(automaton, this.#text, this.#longest);
    return this.#strict;
  }

  #checkWork(): void {
    const made = (this.#states.made - this.#madeBefore) * WORK_OF_STEP;
    const read = this.#words.work + this.#usual.work + (this.#strict?.work ?? 0);
    if (made + read <= this.#mostWork) return;
    throw new EstromError('BAD_DOCUMENT', 'a text takes too long to be searched for addresses');
  }
}
