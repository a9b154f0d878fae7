import type { Alphabet } from './alphabet.ts';
import type { Dfa } from './dfa.ts';
import { TooComplex, type Work } from './work.ts';

/**
 * An automaton as bytes, so that it lies in shared memory and is run in place: width of a target (1 or 2
 * bytes), then as two bytes each the numbers of classes, of ranges and of states; (first character in three
 * bytes, class in two) for each range, ascending; a bit for each state in which a text may end; and for each
 * state and class the target's number plus one, 0 for none.
 */
const HEADER = 7;
const RANGE = 5;
/** Longest of them; a larger table is no use to anybody. */
const MAX_BYTES = 128 * 1024;

/** @throws TooComplex */
export function encodeAutomaton(dfa: Dfa, alphabet: Alphabet, work: Work): Uint8Array {
  const { states, next, accepting } = dfa;
  const { classes, members } = classesOf(dfa, work);
  const ranges: [start: number, one: number][] = [];
  alphabet.starts.forEach((start, interval) => {
    const one = classes[interval]!;
    if (ranges.at(-1)?.[1] !== one) ranges.push([start, one]);
  });
  const width = states < 0xff ? 1 : 2;
  const ends = HEADER + ranges.length * RANGE;
  const table = ends + ((states + 7) >> 3);
  const size = table + states * members.length * width;
  if (size > MAX_BYTES) throw new TooComplex();
  const bytes = new Uint8Array(size);
  bytes[0] = width;
  write16(bytes, 1, members.length);
  write16(bytes, 3, ranges.length);
  write16(bytes, 5, states);
  ranges.forEach(([start, one], i) => {
    const at = HEADER + i * RANGE;
    write16(bytes, at, start & 0xffff);
    bytes[at + 2] = start >> 16;
    write16(bytes, at + 3, one);
  });
  for (let state = 0; state < states; state++) {
    if (accepting[state]) bytes[ends + (state >> 3)]! |= 1 << (state & 7);
    members.forEach((interval, one) => {
      const target = next[state * dfa.intervals + interval]! + 1;
      const at = table + (state * members.length + one) * width;
      if (width === 1) bytes[at] = target;
      else write16(bytes, at, target);
    });
  }
  return bytes;
}

/** Intervals that lead to the same everywhere are one class; `members` has one interval of each. */
function classesOf({ states, intervals, next }: Dfa, work: Work) {
  const classes: number[] = [];
  const members: number[] = [];
  const byTargets = new Map<string, number>();
  work.step(states * intervals);
  for (let interval = 0; interval < intervals; interval++) {
    const targets = Array.from(
      { length: states },
      (_, s) => next[s * intervals + interval]!,
    ).join();
    let one = byTargets.get(targets);
    if (one === undefined) {
      one = members.push(interval) - 1;
      byTargets.set(targets, one);
    }
    classes.push(one);
  }
  return { classes, members };
}

/**
 * Whether UTF-8 text[begin, end) is one of the texts of the automaton that begins at bytes[at]. Takes time
 * linear in the text.
 */
export function accepts(
  bytes: Uint8Array,
  at: number,
  text: Uint8Array,
  begin: number,
  end: number,
): boolean {
  const width = bytes[at]!;
  const classes = read16(bytes, at + 1);
  const ranges = read16(bytes, at + 3);
  const states = read16(bytes, at + 5);
  const first = at + HEADER;
  const ends = first + ranges * RANGE;
  const table = ends + ((states + 7) >> 3);
  let state = 0;
  for (let t = begin; t < end; ) {
    let code = text[t++]!;
    if (code >= 0xf0) {
      code =
        ((code & 7) << 18) |
        ((text[t]! & 63) << 12) |
        ((text[t + 1]! & 63) << 6) |
        (text[t + 2]! & 63);
      t += 3;
    } else if (code >= 0xe0) {
      code = ((code & 15) << 12) | ((text[t]! & 63) << 6) | (text[t + 1]! & 63);
      t += 2;
    } else if (code >= 0xc0) code = ((code & 31) << 6) | (text[t++]! & 63);
    let low = 0;
    let high = ranges - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const range = first + middle * RANGE;
      if (((bytes[range + 2]! << 16) | read16(bytes, range)) <= code) low = middle;
      else high = middle - 1;
    }
    const entry = state * classes + read16(bytes, first + low * RANGE + 3);
    const target = width === 1 ? bytes[table + entry]! : read16(bytes, table + entry * 2);
    if (target === 0) return false;
    state = target - 1;
  }
  return (bytes[ends + (state >> 3)]! & (1 << (state & 7))) !== 0;
}

function write16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = value >> 8;
}

function read16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** The same for those who run it step by step. */
export interface AutomatonTable {
  /** @returns the next state, -1 for none; the first one is 0 */
  step(state: number, code: number): number;
  /** Whether a text may end in the state. */
  isEnd(state: number): boolean;
}

export function automatonTable(bytes: Uint8Array): AutomatonTable {
  const width = bytes[0]!;
  const classes = read16(bytes, 1);
  const ranges = read16(bytes, 3);
  const states = read16(bytes, 5);
  const ends = HEADER + ranges * RANGE;
  const table = ends + ((states + 7) >> 3);
  return {
    isEnd: (state) => (bytes[ends + (state >> 3)]! & (1 << (state & 7))) !== 0,
    step(state, code) {
      let low = 0;
      let high = ranges - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        const range = HEADER + middle * RANGE;
        if (((bytes[range + 2]! << 16) | read16(bytes, range)) <= code) low = middle;
        else high = middle - 1;
      }
      const entry = state * classes + read16(bytes, HEADER + low * RANGE + 3);
      return (width === 1 ? bytes[table + entry]! : read16(bytes, table + entry * 2)) - 1;
    },
  };
}
