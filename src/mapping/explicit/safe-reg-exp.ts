/**
 * Regular expressions of dynamic templates, for field names. They come from outside and must not run
 * on an engine that goes back: this one looks at each character once, with all states at a time.
 * Of Java's syntax it knows literals, `.`, classes, groups, alternatives and quantifiers.
 */

/** States are numbers; each either reads one character or leads on without one. */
interface State {
  readonly reads: ((character: string) => boolean) | null;
  readonly next: number[];
}

const MAX_STATES = 2000;
const MAX_DEPTH = 50;

class TooComplex extends Error {}

/** Part of an automaton: where it begins, and the states whose `next` is still open. */
interface Part {
  readonly start: number;
  readonly ends: readonly number[];
}

const CLASSES: Readonly<Record<string, (character: string) => boolean>> = {
  d: (character) => /[0-9]/.test(character),
  w: (character) => /[a-zA-Z_0-9]/.test(character),
  s: (character) => /[ \t\n\v\f\r]/.test(character),
};

export class SafeRegExp {
  readonly #states: readonly State[];
  readonly #start: number;
  readonly #accept: number;

  private constructor(states: readonly State[], start: number, accept: number) {
    this.#states = states;
    this.#start = start;
    this.#accept = accept;
  }

  /** @returns null for one that is not valid, or uses what is not known here */
  static parse(pattern: string): SafeRegExp | null {
    const builder = new Builder(pattern);
    try {
      const part = builder.alternatives(0);
      if (!builder.isAtEnd) return null;
      const accept = builder.accept(part);
      return new SafeRegExp(builder.states, part.start, accept);
    } catch (error) {
      if (error instanceof TooComplex) return null;
      throw error;
    }
  }

  /** Whether the whole text fits. */
  matches(text: string): boolean {
    let current = this.#closure([this.#start]);
    for (const character of text) {
      const next: number[] = [];
      for (const at of current) {
        const { reads, next: to } = this.#states[at]!;
        if (reads?.(character)) next.push(...to);
      }
      if (next.length === 0) return false;
      current = this.#closure(next);
    }
    return current.has(this.#accept);
  }

  #closure(from: readonly number[]): Set<number> {
    const closed = new Set(from);
    // A set may grow while it is walked through.
    for (const at of closed) {
      const { reads, next } = this.#states[at]!;
      if (reads === null) for (const to of next) closed.add(to);
    }
    return closed;
  }
}

class Builder {
  readonly states: State[] = [];
  readonly #signs: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    // The whole text has to fit anyway.
    this.#signs = [...pattern.replace(/^\^/, '').replace(/(^|[^\\])\$$/, '$1')];
  }

  get isAtEnd(): boolean {
    return this.#at === this.#signs.length;
  }

  accept(part: Part): number {
    const accept = this.#add(null);
    this.#join(part, accept);
    return accept;
  }

  alternatives(depth: number): Part {
    if (depth > MAX_DEPTH) throw new TooComplex();
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    if (parts.length === 1) return parts[0]!;
    const start = this.#add(null);
    this.states[start]!.next.push(...parts.map((part) => part.start));
    return { start, ends: parts.flatMap((part) => part.ends) };
  }

  #sequence(depth: number): Part {
    const start = this.#add(null);
    let whole: Part = { start, ends: [start] };
    while (!this.isAtEnd && this.#peek() !== '|' && this.#peek() !== ')') {
      const part = this.#quantified(depth);
      this.#join(whole, part.start);
      whole = { start, ends: part.ends };
    }
    return whole;
  }

  #quantified(depth: number): Part {
    const from = this.#at;
    const part = this.#atom(depth);
    const to = this.#at;
    const [least, most] = this.#quantifier();
    if (least === 1 && most === 1) return part;
    // Each repetition is a copy; the last of an endless one leads back to itself.
    let whole: Part | undefined;
    const exits: number[] = [];
    const copies = most === null ? Math.max(least, 1) : most;
    const after = this.#at;
    for (let n = 0; n < copies; n++) {
      this.#at = from;
      const copy = n === 0 ? part : this.#atom(depth);
      if (n >= least) {
        const skip = this.#add(null);
        this.states[skip]!.next.push(copy.start);
        exits.push(skip);
        whole = this.#append(whole, { start: skip, ends: copy.ends });
      } else whole = this.#append(whole, copy);
      if (most === null && n === copies - 1) {
        const loop = this.#add(null);
        this.#join(copy, loop);
        this.states[loop]!.next.push(copy.start);
        whole = { start: whole.start, ends: [loop] };
      }
      this.#at = to;
    }
    this.#at = after;
    if (whole === undefined) {
      const nothing = this.#add(null);
      return { start: nothing, ends: [nothing] };
    }
    return { start: whole.start, ends: [...whole.ends, ...exits] };
  }

  #append(before: Part | undefined, part: Part): Part {
    if (before === undefined) return part;
    this.#join(before, part.start);
    return { start: before.start, ends: part.ends };
  }

  #quantifier(): [least: number, most: number | null] {
    let bounds: [number, number | null] = [1, 1];
    if (this.#take('*')) bounds = [0, null];
    else if (this.#take('+')) bounds = [1, null];
    else if (this.#take('?')) bounds = [0, 1];
    else if (this.#take('{')) bounds = this.#counts();
    else return bounds;
    // Lazy and possessive ones: whole texts that fit, fit either way (possessive ones: hardly).
    this.#take('?');
    return bounds;
  }

  #counts(): [number, number | null] {
    const end = this.#signs.indexOf('}', this.#at);
    if (end < 0) throw new TooComplex();
    const found = /^(\d{1,3})(,(\d{0,3}))?$/.exec(this.#signs.slice(this.#at, end).join(''));
    if (found === null) throw new TooComplex();
    this.#at = end + 1;
    const least = Number(found[1]);
    if (found[2] === undefined) return [least, least];
    const most = found[3] === '' ? null : Number(found[3]);
    if (most !== null && most < least) throw new TooComplex();
    return [least, most];
  }

  #atom(depth: number): Part {
    const sign = this.#next();
    switch (sign) {
      case '(': {
        if (this.#take('?') && !this.#take(':')) throw new TooComplex();
        const part = this.alternatives(depth + 1);
        if (!this.#take(')')) throw new TooComplex();
        return part;
      }
      case '.':
        return this.#reading((character) => !/[\n\r\u0085\u2028\u2029]/.test(character));
      case '[':
        return this.#reading(this.#class());
      case '\\':
        return this.#reading(this.#escape());
      case '*':
      case '+':
      case '?':
      case '{':
      case '^':
      case '$':
        throw new TooComplex();
      default:
        return this.#reading((character) => character === sign);
    }
  }

  #escape(): (character: string) => boolean {
    const sign = this.#next();
    const lower = sign.toLowerCase();
    const known = CLASSES[lower];
    if (known !== undefined) {
      return sign === lower ? known : (character) => !known(character);
    }
    if (/[a-zA-Z0-9]/.test(sign)) throw new TooComplex();
    return (character) => character === sign;
  }

  #class(): (character: string) => boolean {
    const negated = this.#take('^');
    const tests: ((character: string) => boolean)[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#peek() === '\\') {
        this.#next();
        tests.push(this.#escape());
        continue;
      }
      const low = this.#next();
      if (low === '[' || low === '&') throw new TooComplex();
      if (this.#peek() === '-' && this.#signs[this.#at + 1] !== ']') {
        this.#next();
        const high = this.#next();
        if (high === '\\' || high === '[' || high < low) throw new TooComplex();
        tests.push((character) => character >= low && character <= high);
      } else tests.push((character) => character === low);
    }
    this.#next();
    return (character) => tests.some((test) => test(character)) !== negated;
  }

  #reading(reads: (character: string) => boolean): Part {
    const state = this.#add(reads);
    return { start: state, ends: [state] };
  }

  #add(reads: State['reads']): number {
    if (this.states.length >= MAX_STATES) throw new TooComplex();
    return this.states.push({ reads, next: [] }) - 1;
  }

  #join(part: Part, to: number): void {
    for (const end of part.ends) this.states[end]!.next.push(to);
  }

  #peek(): string | undefined {
    return this.#signs[this.#at];
  }

  #take(sign: string): boolean {
    if (this.#signs[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  /** @throws TooComplex at the end */
  #next(): string {
    const sign = this.#signs[this.#at++];
    if (sign === undefined) throw new TooComplex();
    return sign;
  }
}
