import { EstromError } from '../../../errors.ts';
import { isLineEnd, isWordAt, isWordBefore } from './character-sets.ts';
import * as P from './program.ts';
import * as S from './syntax.ts';

/** Steps that one text may take: a document that needs more is not read on. */
const MOST_WORK = 20_000_000;
const WORK_BY_UNIT = 100;

/** Threads at one place of the text, by priority; each step stands in it once. */
class Threads {
  readonly steps: Int32Array;
  readonly captures: Int32Array;
  readonly #seen: Int32Array;
  #round = 0;
  count = 0;

  constructor(size: number, slots: number) {
    this.steps = new Int32Array(size);
    this.captures = new Int32Array(size * slots);
    this.#seen = new Int32Array(size);
  }

  clear(): void {
    this.count = 0;
    this.#round += 1;
  }

  /** Whether the step was not there yet. */
  enter(step: number): boolean {
    if (this.#seen[step] === this.#round) return false;
    this.#seen[step] = this.#round;
    return true;
  }
}

/** Finds a program in texts, with all threads side by side: time grows with the text, never beyond. */
export class Matcher {
  readonly #program: P.Program;
  readonly #slots: number;
  #current: Threads;
  #next: Threads;
  #text = '';
  #work = 0;
  /** Of the thread that is being added. */
  #captures: Int32Array;
  /** Of the last match: from, to, and those of each group; -1 is none. */
  readonly found: Int32Array;
  #regionEnd = 0;

  constructor(program: P.Program) {
    this.#program = program;
    this.#slots = (program.groups + 1) * 2;
    const size = program.ops.length;
    this.#current = new Threads(size, this.#slots);
    this.#next = new Threads(size, this.#slots);
    this.#captures = new Int32Array(this.#slots);
    this.found = new Int32Array(this.#slots);
  }

  begin(text: string): void {
    this.#text = text;
    this.#regionEnd = text.length;
    this.#work = MOST_WORK + text.length * WORK_BY_UNIT;
  }

  /** Whether there is a match that begins at the offset or behind it; then {@link found} tells it. */
  find(from: number): boolean {
    const { ops, first, sets } = this.#program;
    const text = this.#text;
    let isFound = false;
    this.#current.clear();
    for (let at = from; ; ) {
      if (!isFound) {
        this.#captures.fill(-1);
        this.#add(this.#current, 0, at);
      }
      if (this.#current.count === 0) {
        if (isFound || at >= this.#regionEnd) break;
      }
      this.#spend(this.#current.count + 1);
      const code = at < this.#regionEnd ? text.codePointAt(at)! : -1;
      const behind = at + (code > 0xffff ? 2 : 1);
      this.#next.clear();
      for (let thread = 0; thread < this.#current.count; thread += 1) {
        const step = this.#current.steps[thread]!;
        if (ops[step] === P.MATCH) {
          this.#load(this.#current, thread);
          this.found.set(this.#captures);
          isFound = true;
          break;
        }
        if (code < 0) continue;
        const takes = ops[step] === P.CHARACTER ? first[step] === code : sets[step]!(code);
        if (!takes) continue;
        this.#load(this.#current, thread);
        this.#add(this.#next, step + 1, behind);
      }
      [this.#current, this.#next] = [this.#next, this.#current];
      if (code < 0) break;
      at = behind;
    }
    return isFound;
  }

  /** Where the longest text that begins at the offset ends; -1 for none. */
  longest(from: number): number {
    const { ops, first, sets } = this.#program;
    let longest = -1;
    this.#captures.fill(-1);
    this.#current.clear();
    this.#add(this.#current, 0, from);
    for (let at = from; this.#current.count > 0; ) {
      this.#spend(this.#current.count + 1);
      const code = at < this.#regionEnd ? this.#text.codePointAt(at)! : -1;
      const behind = at + (code > 0xffff ? 2 : 1);
      this.#next.clear();
      for (let thread = 0; thread < this.#current.count; thread += 1) {
        const step = this.#current.steps[thread]!;
        if (ops[step] === P.MATCH) longest = at;
        else if (code >= 0) {
          const takes = ops[step] === P.CHARACTER ? first[step] === code : sets[step]!(code);
          if (takes) this.#add(this.#next, step + 1, behind);
        }
      }
      [this.#current, this.#next] = [this.#next, this.#current];
      if (code < 0) break;
      at = behind;
    }
    return longest;
  }

  #spend(steps: number): void {
    this.#work -= steps;
    if (this.#work < 0) {
      throw new EstromError('BAD_DOCUMENT', 'a pattern of the analyzer takes too long on a text');
    }
  }

  #load({ captures }: Threads, thread: number): void {
    const from = thread * this.#slots;
    for (let i = 0; i < this.#slots; i += 1) this.#captures[i] = captures[from + i]!;
  }

  /** Adds a thread, with all that it leads to without a character. */
  #add(threads: Threads, start: number, at: number): void {
    const { ops, first, second } = this.#program;
    // What is left to do: a step, or (below zero) a capture to be put back.
    const stack: number[] = [start];
    const values: number[] = [0];
    while (stack.length > 0) {
      const step = stack.pop()!;
      const value = values.pop()!;
      if (step < 0) {
        this.#captures[-step - 1] = value;
        continue;
      }
      if (!threads.enter(step)) continue;
      this.#work -= 1;
      switch (ops[step]) {
        case P.JUMP:
          stack.push(first[step]!);
          values.push(0);
          break;
        case P.SPLIT:
          stack.push(second[step]!, first[step]!);
          values.push(0, 0);
          break;
        case P.SAVE: {
          const slot = first[step]!;
          stack.push(-slot - 1, step + 1);
          values.push(this.#captures[slot]!, 0);
          this.#captures[slot] = at;
          break;
        }
        case P.EDGE:
          if (this.#isEdge(first[step]!, second[step] === 1, at)) {
            stack.push(step + 1);
            values.push(0);
          }
          break;
        default: {
          const thread = threads.count++;
          threads.steps[thread] = step;
          threads.captures.set(this.#captures, thread * this.#slots);
        }
      }
    }
  }

  #isEdge(kind: number, unixLines: boolean, at: number): boolean {
    const text = this.#text;
    const end = this.#regionEnd;
    const isEnd = (offset: number): boolean => {
      const code = text.charCodeAt(offset);
      return unixLines ? code === 10 : isLineEnd(code);
    };
    const isInside = text[at - 1] === '\r' && text[at] === '\n' && !unixLines;
    switch (kind) {
      case S.TEXT_BEGIN:
        return at === 0;
      case S.TEXT_END:
        return at === end;
      case S.LAST_LINE_END: {
        if (at === end) return true;
        if (!isEnd(at) || isInside) return false;
        return at + 1 === end || (!unixLines && text.startsWith('\r\n', at) && at + 2 === end);
      }
      case S.LINE_BEGIN:
        return at < end && (at === 0 || (isEnd(at - 1) && !isInside));
      case S.LINE_END:
        return at === end || (isEnd(at) && !isInside);
      default: {
        const isWordEdge = isWordBefore(text, at) !== isWordAt(text, at);
        return isWordEdge === (kind === S.WORD_EDGE);
      }
    }
  }
}
