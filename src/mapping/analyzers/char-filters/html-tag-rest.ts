import { EstromError } from '../../../errors.ts';
import { behindEvent, isHtmlSpace } from './html-names.ts';

// What a character is to the rest of a tag.
const OTHER = 1;
const DASH = 2;
const SINGLE_QUOTE = 4;
const DOUBLE_QUOTE = 8;
const BACKSLASH = 16;
const OPEN = 32;
const CLOSE = 64;
const BANG = 128;
const HASH = 256;
const ALL = 511;

const KINDS: Readonly<Record<string, number>> = {
  '-': DASH,
  "'": SINGLE_QUOTE,
  '"': DOUBLE_QUOTE,
  '\\': BACKSLASH,
  '<': OPEN,
  '>': CLOSE,
  '!': BANG,
  '#': HASH,
};

// Where a reader of a tag may stand; it may stand in several places at once.
const PLAIN = 1;
const SINGLE = 2;
const SINGLE_ESCAPE = 4;
const DOUBLE = 8;
const DOUBLE_ESCAPE = 16;
/** In an included command, `<!--#…-->`. */
const COMMAND = 32;
const COMMAND_SINGLE = 64;
const COMMAND_SINGLE_ESCAPE = 128;
const COMMAND_DOUBLE = 256;
const COMMAND_DOUBLE_ESCAPE = 512;
const [OPENS_1, OPENS_2, OPENS_3, OPENS_4] = [1 << 10, 1 << 11, 1 << 12, 1 << 13];
const [CLOSES_1, CLOSES_2] = [1 << 14, 1 << 15];

/** From a place, by characters of these kinds, to a place. */
const MOVES: readonly (readonly [from: number, by: number, to: number])[] = [
  [PLAIN, ALL & ~(OPEN | CLOSE), PLAIN],
  ...quoted(SINGLE, SINGLE_ESCAPE, SINGLE_QUOTE, PLAIN),
  ...quoted(DOUBLE, DOUBLE_ESCAPE, DOUBLE_QUOTE, PLAIN),
  [PLAIN, OPEN, OPENS_1],
  [OPENS_1, BANG, OPENS_2],
  [OPENS_2, DASH, OPENS_3],
  [OPENS_3, DASH, OPENS_4],
  [OPENS_4, HASH, COMMAND],
  [COMMAND, ALL & ~(SINGLE_QUOTE | DOUBLE_QUOTE), COMMAND],
  [COMMAND, SINGLE_QUOTE, COMMAND_SINGLE],
  [COMMAND, DOUBLE_QUOTE, COMMAND_DOUBLE],
  ...quoted(COMMAND_SINGLE, COMMAND_SINGLE_ESCAPE, SINGLE_QUOTE, COMMAND),
  ...quoted(COMMAND_DOUBLE, COMMAND_DOUBLE_ESCAPE, DOUBLE_QUOTE, COMMAND),
  [COMMAND, DASH, CLOSES_1],
  [CLOSES_1, DASH, CLOSES_2],
  [CLOSES_2, CLOSE, PLAIN],
];

/** A quote behind a backslash may end the text or not. */
function quoted(inside: number, escaping: number, quote: number, behind: number) {
  return [
    [inside, ALL & ~quote, inside],
    [inside, BACKSLASH, escaping],
    [escaping, quote, inside],
    [inside, quote, behind],
  ] as const;
}

const moves = new Map<number, number>();

function placesBehind(places: number, kind: number): number {
  const key = places * (ALL + 1) + kind;
  let next = moves.get(key);
  if (next === undefined) {
    next = 0;
    for (const [from, by, to] of MOVES) if ((places & from) !== 0 && (by & kind) !== 0) next |= to;
    moves.set(key, next);
  }
  return next;
}

/** Characters that one text may have read: quotes that do not end are read from each tag on. */
const MOST_WORK = 20_000_000;
const WORK_BY_UNIT = 100;

/** Finds where tags of a text end: at the last `>` that may be the end. */
export class TagRests {
  readonly #text: string;
  #work: number;

  constructor(text: string) {
    this.#text = text;
    this.#work = MOST_WORK + text.length * WORK_BY_UNIT;
  }

  /**
   * Behind the `>` of the tag whose name ends at the offset; -1 for none.
   * @param isPlain true: only white space may be behind the name
   * @throws EstromError BAD_DOCUMENT when a text takes too long
   */
  end(from: number, isPlain = false): number {
    const text = this.#text;
    if (text[from] === '>') return from + 1;
    if (!isPlain && text.startsWith('/>', from)) return from + 2;
    const isOpen = (!isPlain && text[from] === '=') || isHtmlSpace(text.charAt(from));
    if (!isOpen) return -1;
    let end = -1;
    let places = PLAIN;
    let valueAt = -1;
    let at = from;
    for (; at < text.length && places !== 0; at += 1) {
      const character = text[at]!;
      if (at === valueAt) places |= text[at - 1] === "'" ? SINGLE : DOUBLE;
      const kind = KINDS[character] ?? OTHER;
      if ((places & PLAIN) !== 0) {
        if (kind === CLOSE) end = at + 1;
        if (character === 'o' || character === 'O') {
          const behind = behindEvent(text, at);
          if (behind >= 0) valueAt = behind;
        }
      }
      places = placesBehind(places, kind);
    }
    this.#work -= at - from;
    if (this.#work < 0) {
      throw new EstromError('BAD_DOCUMENT', 'html_strip takes too long on a text');
    }
    return end;
  }
}
