/** A deterministic automaton of lexical rules. The state 0 is dead, 1 the first one. */
export interface Automaton {
  /** The state behind the character at a place. */
  step(state: number, text: string, at: number): number;
  /** Whether anything can follow. */
  leadsOn(state: number): boolean;
  /** Which rule fits; 0 for none. */
  ruleOf(state: number): number;
}

const DEAD = 0;
const START = 1;

/** Looks that are kept: in hostile texts as many kinds of them may take turns. */
const LOOKS = 4;

/** What a look at a place read. */
interface Look {
  /** The state before the character at a place, from, to. Places come round again. */
  states: Uint16Array;
  from: number;
  to: number;
  /** Where what fits ends, and its rule. */
  fits: number;
  rule: number;
  /** Nothing goes on behind `to`. */
  isOver: boolean;
}

/**
 * Looks for the longest text that fits at one place after the other. What some looks read is kept: where a later one
 * comes to a place in the same state, it goes on where the other ended. So a text in which each character could begin
 * something long, and nothing comes of it, is read a few times and not once from each of them.
 */
export class Scan {
  readonly #automaton: Automaton;
  readonly #text: string;
  readonly #mask: number;
  readonly #looks: Look[];
  /** Of the look that is being had. */
  #states: Uint16Array;
  #state = DEAD;
  /** The rule of what was found last. */
  rule = 0;
  /** Characters read. */
  work = 0;

  /** @param longest UTF-16 units of a look */
  constructor(automaton: Automaton, text: string, longest: number) {
    this.#automaton = automaton;
    this.#text = text;
    const size = 2 ** Math.ceil(Math.log2(Math.min(longest, text.length) + 2));
    this.#mask = size - 1;
    this.#states = new Uint16Array(size);
    this.#looks = Array.from({ length: LOOKS }, () => {
      return { states: NONE, from: 0, to: -1, fits: -1, rule: 0, isOver: false };
    });
  }

  /** Whether what was looked at last may go on behind the limit. */
  get isOpen(): boolean {
    return this.#state !== DEAD && this.#automaton.leadsOn(this.#state);
  }

  /** Where the longest text that fits and begins at `start` ends; -1 for none. */
  longest(start: number, limit: number): number {
    const [text, mask, automaton] = [this.#text, this.#mask, this.#automaton];
    let mayJoin = this.#looks.some(({ to }) => to > start && to <= limit);
    let states = this.#states;
    let joined: Look | undefined;
    let state = START;
    let at = start;
    let fits = -1;
    let rule = 0;
    for (;;) {
      this.work += 1;
      if (mayJoin) {
        joined = this.#joinedAt(at, state, limit);
        if (joined !== undefined) {
          mayJoin = false;
          this.#extend(joined, start, at);
          if (joined.fits > at) {
            fits = joined.fits;
            rule = joined.rule;
          }
          at = joined.to;
          states = joined.states;
          state = joined.isOver ? DEAD : states[at & mask]!;
          if (state === DEAD) break;
        }
      }
      states[at & mask] = state;
      if (at >= limit) break;
      state = automaton.step(state, text, at);
      if (state === DEAD) break;
      at += text.codePointAt(at)! > 0xffff ? 2 : 1;
      const found = automaton.ruleOf(state);
      if (found > 0) {
        fits = at;
        rule = found;
      }
    }
    this.#state = state;
    this.rule = rule;
    const kept = joined ?? this.#keep(start, at);
    if (kept !== undefined) {
      kept.to = at;
      kept.fits = fits;
      kept.rule = rule;
      kept.isOver = state === DEAD;
    }
    return fits;
  }

  /** A look that was here in the state. */
  #joinedAt(at: number, state: number, limit: number): Look | undefined {
    const place = at & this.#mask;
    for (const look of this.#looks) {
      const isKnown = look.from <= at && at <= look.to && look.to <= limit;
      if (isKnown && look.states[place] === state) return look;
    }
    return undefined;
  }

  /** The look begins at `start` now. */
  #extend(look: Look, start: number, to: number): void {
    this.work += to - start;
    for (let at = start; at < to; at += 1) {
      look.states[at & this.#mask] = this.#states[at & this.#mask]!;
    }
    look.from = start;
  }

  /** Keeps what was read in the stead of what ended before the others, if this one did not. */
  #keep(from: number, to: number): Look | undefined {
    const look = this.#looks.reduce((least, one) => (one.to < least.to ? one : least));
    if (to < look.to) return undefined;
    const free = look.states === NONE ? new Uint16Array(this.#mask + 1) : look.states;
    look.states = this.#states;
    this.#states = free;
    look.from = from;
    return look;
  }
}

const NONE = new Uint16Array(0);
