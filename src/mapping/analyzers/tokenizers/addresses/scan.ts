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

/**
 * Looks for the longest text that fits at one place after the other. What a look read is kept: where a later one comes
 * to a place in the same state, it goes on where the other ended. So a text in which each character could begin
 * something long, and nothing comes of it, is read a few times and not once from each of them.
 */
export class Scan {
  readonly #automaton: Automaton;
  readonly #text: string;
  /** The state before the character at a place, from, to. Places come round again. */
  readonly #trace: Uint16Array;
  readonly #mask: number;
  #from = 0;
  #to = -1;
  #known = { fits: -1, rule: 0, isOver: false };
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
    this.#trace = new Uint16Array(size);
    this.#mask = size - 1;
  }

  /** Whether what was looked at last may go on behind the limit. */
  get isOpen(): boolean {
    return this.#state !== DEAD && this.#automaton.leadsOn(this.#state);
  }

  /** Where the longest text that fits and begins at `start` ends; -1 for none. */
  longest(start: number, limit: number): number {
    const [text, trace, mask, automaton] = [this.#text, this.#trace, this.#mask, this.#automaton];
    const knownFrom = this.#from;
    let known = limit >= this.#to ? this.#to : -1;
    let state = START;
    let at = start;
    let fits = -1;
    let rule = 0;
    for (;;) {
      if (at <= known && at >= knownFrom && trace[at & mask] === state) {
        if (this.#known.fits > at) {
          fits = this.#known.fits;
          rule = this.#known.rule;
        }
        this.work -= known - at;
        at = known;
        known = -1;
        state = this.#known.isOver ? DEAD : trace[at & mask]!;
        if (state === DEAD) break;
      }
      trace[at & mask] = state;
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
    this.work += at - start + 1;
    this.#state = state;
    this.rule = rule;
    // What was read further on before is worth more.
    if (at < known) this.#from = Math.max(knownFrom, at + 1);
    else {
      this.#from = start;
      this.#to = at;
      this.#known = { fits, rule, isOver: state === DEAD };
    }
    return fits;
  }
}
