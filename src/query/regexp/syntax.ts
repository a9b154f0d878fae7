/**
 * Lucene's regular expressions (as of 8.11, the one in Elasticsearch 7.17). They match whole terms: `^` and
 * `$` are plain characters, `.` is any character, and there are no classes such as `\d`.
 */
export type RegexpNode =
  /** The characters after each other; none is the empty text. */
  | { readonly kind: 'text'; readonly codes: readonly number[] }
  /** One character, in one of the ranges (inclusive). */
  | { readonly kind: 'set'; readonly ranges: readonly CodeRange[] }
  /** Any text. */
  | { readonly kind: 'anything' }
  /** No text at all, not even the empty one. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'concat' | 'union' | 'intersection'; readonly parts: readonly RegexpNode[] }
  | { readonly kind: 'complement'; readonly part: RegexpNode }
  /** @property most null: any number */
  | {
      readonly kind: 'repeat';
      readonly part: RegexpNode;
      readonly least: number;
      readonly most: number | null;
    };

export type CodeRange = readonly [from: number, to: number];

/** Operators that can be switched off, as in Lucene's RegExp. */
export const INTERSECTION = 0x01;
export const COMPLEMENT = 0x02;
export const EMPTY = 0x04;
export const ANYSTRING = 0x08;
/** Named automata: Elasticsearch has none, so that each name is an error. */
export const AUTOMATON = 0x10;
export const INTERVAL = 0x20;
export const ALL_OPERATORS = 0xff;

export const LAST_CODE_POINT = 0x10ffff;
const ANY: RegexpNode = { kind: 'set', ranges: [[0, LAST_CODE_POINT]] };
const NOTHING: RegexpNode = { kind: 'nothing' };
const MAX_INT = 2 ** 31 - 1;
const MAX_GROUPS = 100;

/** What is wrong, and where in the pattern (UTF-16 units). */
export class RegexpProblem extends Error {
  readonly position: number;
  readonly isLimit: boolean;

  constructor(reason: string, position: number, isLimit = false) {
    super(reason);
    this.position = position;
    this.isLimit = isLimit;
  }
}

/**
 * Parses a pattern.
 * @param flags bits of the operators that it may use
 * @param caseless characters and quoted texts, but not ranges, match both cases of an ASCII letter; the
 *   codes of texts stay as written
 * @throws RegexpProblem
 */
export function parseRegexp(pattern: string, flags: number, caseless: boolean): RegexpNode {
  if (pattern === '') return caseless ? NOTHING : { kind: 'text', codes: [] };
  return new RegexpParser(pattern, flags, caseless).parse();
}

/** Both cases of an ASCII letter; no other character has a second one here. */
export function casesOf(code: number): readonly number[] {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a && code < 0x80 ? [lower - 0x20, lower] : [code];
}

class RegexpParser {
  readonly #text: string;
  readonly #flags: number;
  readonly #caseless: boolean;
  #at = 0;
  #groups = 0;

  constructor(text: string, flags: number, caseless: boolean) {
    this.#text = text;
    this.#flags = flags;
    this.#caseless = caseless;
  }

  parse(): RegexpNode {
    const node = this.#union();
    if (this.#at < this.#text.length) throw this.#problem('expected the end');
    return this.#settled(node);
  }

  #union(): RegexpNode {
    const parts = [this.#intersection()];
    while (this.#takes('|')) parts.push(this.#intersection());
    return this.#several('union', parts);
  }

  #intersection(): RegexpNode {
    const parts = [this.#concat()];
    while (this.#has(INTERSECTION) && this.#takes('&')) parts.push(this.#concat());
    return this.#several('intersection', parts);
  }

  /** What stands first in it is never a sign of what is around it: `|a` is the text `|a`. */
  #concat(): RegexpNode {
    const parts = [this.#repeat()];
    while (
      this.#at < this.#text.length &&
      !this.#sees(')|') &&
      !(this.#has(INTERSECTION) && this.#sees('&'))
    )
      parts.push(this.#repeat());
    return this.#several('concat', joined(parts));
  }

  #repeat(): RegexpNode {
    let node = this.#complement();
    if (this.#sees('?*+{')) node = this.#settled(node);
    for (;;) {
      if (this.#takes('?')) node = repeat(node, 0, 1);
      else if (this.#takes('*')) node = repeat(node, 0, null);
      else if (this.#takes('+')) node = repeat(node, 1, null);
      else if (this.#takes('{')) node = this.#counted(node);
      else return node;
    }
  }

  #counted(node: RegexpNode): RegexpNode {
    const least = this.#count();
    if (least === null) throw this.#problem('expected a whole number');
    const most = this.#takes(',') ? this.#count() : least;
    if (!this.#takes('}')) throw this.#problem('expected }');
    return repeat(node, least, most);
  }

  #count(): number | null {
    const start = this.#at;
    while (this.#sees('0123456789')) this.#at += 1;
    if (start === this.#at) return null;
    const count = Number(this.#text.slice(start, this.#at));
    if (count > MAX_INT) throw new RegexpProblem('the number is too large', start);
    return count;
  }

  #complement(): RegexpNode {
    let signs = 0;
    while (this.#has(COMPLEMENT) && this.#takes('~')) signs += 1;
    const part = this.#sees('[') ? this.#class() : this.#simple();
    return signs % 2 === 0 ? part : { kind: 'complement', part: this.#settled(part) };
  }

  /** A lone part may still be joined with what stands around a group. */
  #several(kind: 'concat' | 'union' | 'intersection', parts: readonly RegexpNode[]): RegexpNode {
    if (parts.length === 1) return parts[0]!;
    return { kind, parts: parts.map((part) => this.#settled(part)) };
  }

  /** In whatever case an empty text of its own is no text at all: Lucene makes it of no characters. */
  #settled(node: RegexpNode): RegexpNode {
    const isEmpty = node.kind === 'text' && node.codes.length === 0;
    return isEmpty && this.#caseless ? NOTHING : node;
  }

  #class(): RegexpNode {
    this.#at += 1;
    const isNegated = this.#takes('^');
    const ranges: CodeRange[] = [];
    const singles: number[] = [];
    let members = 0;
    // The first character is one of the class, also where it is a ].
    do {
      members += 1;
      const from = this.#character();
      if (this.#takes('-')) {
        const start = this.#at;
        const to = this.#character();
        if (from > to) throw new RegexpProblem('the range ends before it begins', start);
        ranges.push([from, to]);
      } else {
        singles.push(from);
        for (const code of this.#caseless ? casesOf(from) : [from]) ranges.push([code, code]);
      }
    } while (this.#at < this.#text.length && !this.#sees(']'));
    if (!this.#takes(']')) throw this.#problem('expected ]');
    // One character in brackets is that character.
    if (!isNegated && singles.length === 1 && members === 1)
      return { kind: 'text', codes: singles };
    return { kind: 'set', ranges: isNegated ? others(ranges) : ranges };
  }

  #simple(): RegexpNode {
    if (this.#takes('.')) return ANY;
    if (this.#has(EMPTY) && this.#takes('#')) return NOTHING;
    if (this.#has(ANYSTRING) && this.#takes('@')) return { kind: 'anything' };
    if (this.#takes('"')) return text(this.#until('"'));
    if (this.#sees('(')) return this.#group();
    if (this.#has(INTERVAL | AUTOMATON) && this.#takes('<')) return this.#interval();
    return { kind: 'text', codes: [this.#character()] };
  }

  #group(): RegexpNode {
    const open = this.#at;
    this.#at += 1;
    if (this.#takes(')')) return { kind: 'text', codes: [] };
    this.#groups += 1;
    if (this.#groups > MAX_GROUPS) {
      throw new RegexpProblem(`more than ${MAX_GROUPS} groups are nested`, open, true);
    }
    const node = this.#union();
    this.#groups -= 1;
    if (!this.#takes(')')) throw this.#problem('expected )');
    return node;
  }

  #interval(): RegexpNode {
    const start = this.#at;
    const inside = this.#until('>');
    if (!inside.includes('-') && this.#has(AUTOMATON)) {
      throw new RegexpProblem(`there is no automaton [${inside}]`, start);
    }
    const found = /^(\+?\d+)-(\+?\d+)$/.exec(inside);
    const [low, high] = [Number(found?.[1]), Number(found?.[2])];
    if (found === null || !this.#has(INTERVAL) || low > MAX_INT || high > MAX_INT) {
      throw new RegexpProblem('expected an interval such as <1-10>', start);
    }
    const digits = found[1]!.length === found[2]!.length ? found[1]!.length : 0;
    return interval(Math.min(low, high), Math.max(low, high), digits);
  }

  #until(sign: string): string {
    const end = this.#text.indexOf(sign, this.#at);
    if (end === -1) {
      this.#at = this.#text.length;
      throw this.#problem(`expected ${sign}`);
    }
    const inside = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return inside;
  }

  /** A character; a backslash takes the next as it is. */
  #character(): number {
    this.#takes('\\');
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw this.#problem('the expression ends too early');
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #has(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }

  #sees(signs: string): boolean {
    return this.#at < this.#text.length && signs.includes(this.#text[this.#at]!);
  }

  #takes(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #problem(reason: string): RegexpProblem {
    return new RegexpProblem(reason, this.#at);
  }
}

function text(value: string): RegexpNode {
  return { kind: 'text', codes: Array.from(value, (char) => char.codePointAt(0)!) };
}

function group(
  kind: 'concat' | 'union' | 'intersection',
  parts: readonly RegexpNode[],
): RegexpNode {
  return parts.length === 1 ? parts[0]! : { kind, parts };
}

/** Texts next to each other as one. */
function joined(parts: readonly RegexpNode[]): RegexpNode[] {
  const kept: RegexpNode[] = [];
  let run: number[] | undefined;
  for (const part of parts) {
    if (part.kind !== 'text') run = undefined;
    else if (run !== undefined) {
      run.push(...part.codes);
      continue;
    } else {
      run = [...part.codes];
      kept.push({ kind: 'text', codes: run });
      continue;
    }
    kept.push(part);
  }
  return kept;
}

function repeat(part: RegexpNode, least: number, most: number | null): RegexpNode {
  // Stars upon stars are one.
  const isStar = part.kind === 'repeat' && part.least === 0 && part.most === null;
  if (isStar && most !== 0) return part;
  return { kind: 'repeat', part, least, most };
}

/** Every character that is in none of the ranges. */
function others(ranges: readonly CodeRange[]): CodeRange[] {
  const rest: CodeRange[] = [];
  let next = 0;
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (from > next) rest.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= LAST_CODE_POINT) rest.push([next, LAST_CODE_POINT]);
  return rest;
}

/** Numbers from `low` to `high`: of so many digits, or (0) with any number of zeros before. */
function interval(low: number, high: number, digits: number): RegexpNode {
  if (digits > 0) {
    const pad = (value: number) => String(value).padStart(digits, '0');
    return digitsBetween(pad(low), pad(high));
  }
  const parts: RegexpNode[] = [];
  for (let length = String(low).length; length <= String(high).length; length++) {
    const least = Math.max(low, length === 1 ? 0 : 10 ** (length - 1));
    parts.push(digitsBetween(String(least), String(Math.min(high, 10 ** length - 1))));
  }
  const zeros = repeat({ kind: 'text', codes: [0x30] }, 0, null);
  return { kind: 'concat', parts: [zeros, group('union', parts)] };
}

/** Texts of digits, as long as both of these, from the one to the other. */
function digitsBetween(low: string, high: string): RegexpNode {
  if (low === high) return text(low);
  const [first, last] = [Number(low[0]), Number(high[0])];
  const rest = low.length - 1;
  if (rest === 0) return digitSet(first, last);
  const after = (digit: number, from: string, to: string): RegexpNode => ({
    kind: 'concat',
    parts: [text(String(digit)), digitsBetween(from, to)],
  });
  if (first === last) return after(first, low.slice(1), high.slice(1));
  const parts = [
    after(first, low.slice(1), '9'.repeat(rest)),
    after(last, '0'.repeat(rest), high.slice(1)),
  ];
  if (last - first > 1) {
    const between = digitSet(first + 1, last - 1);
    parts.push({ kind: 'concat', parts: [between, repeat(digitSet(0, 9), rest, rest)] });
  }
  return { kind: 'union', parts };
}

function digitSet(first: number, last: number): RegexpNode {
  return { kind: 'set', ranges: [[0x30 + first, 0x30 + last]] };
}
