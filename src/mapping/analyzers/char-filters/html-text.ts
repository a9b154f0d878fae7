import { lowerCase } from '../../standard-analyzer.ts';
import { ZEROS } from '../filters/digit-data.ts';
import { Filtered } from './filtered.ts';
import { HTML_ENTITIES } from './html-entities.ts';
import { behindComment, hiddenEnd } from './html-hidden.ts';
import { behindName, behindSpace } from './html-names.ts';
import { TagRests } from './html-tag-rest.ts';

const INLINE =
  /^(?:[abiqsu]|abbr|acronym|basefont|bdo|big|cite|code|dfn|em|font|img|input|kbd|label|samp|select|small|span|strike|strong|su[bp]|textarea|tt|var)$/i;

/** Whose tags stay by another rule. */
const OWN = /^(?:br|script|style)$/i;

/** Halves of a character, each as a number; Lucene takes digits of any script in decimal ones. */
const PAIR =
  /&#(?:x(d[89ab][0-9a-f]{2})|(5[56]\p{Nd}{3}));&#(?:x(d[c-f][0-9a-f]{2})|(5[67]\p{Nd}{3}));/iuy;
const NUMBER = /&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+))/y;
const ENTITY = /&([A-Za-z][A-Za-z0-9]*)/y;

/** One text on its way through `html_strip`, by Lucene's grammar: what does not fit it stays as it is. */
export class HtmlText {
  readonly #text: string;
  /** Tags in lower case that stay. */
  readonly #kept: ReadonlySet<string>;
  readonly #filtered = new Filtered();
  readonly #pieces: string[] = [];
  readonly #rests: TagRests;
  /** Of what is not in the pieces yet. */
  #from = 0;
  #length = 0;
  #nextClose = -1;

  constructor(text: string, kept: ReadonlySet<string>) {
    this.#text = text;
    this.#kept = kept;
    this.#rests = new TagRests(text);
  }

  /** @throws EstromError BAD_DOCUMENT when the text takes too long */
  strip(): Filtered {
    const text = this.#text;
    const special = /[&<]/g;
    for (let found = special.exec(text); found !== null; found = special.exec(text)) {
      special.lastIndex = found[0] === '&' ? this.#reference(found.index) : this.#tag(found.index);
    }
    this.#pieces.push(text.slice(this.#from));
    this.#filtered.text = this.#pieces.join('');
    return this.#filtered;
  }

  /** @returns the end */
  #replace(start: number, end: number, by = ''): number {
    this.#pieces.push(this.#text.slice(this.#from, start), by);
    this.#length += start - this.#from + by.length;
    this.#from = end;
    this.#filtered.move(this.#length, end - this.#length);
    return end;
  }

  /** Each of these reads what begins at an offset, and tells where to go on. */
  #reference(start: number): number {
    const text = this.#text;
    const pair = this.#pair(start);
    if (pair !== undefined) return pair;
    const [number, hex, decimal] = matchAt(NUMBER, text, start) ?? [];
    if (number !== undefined) {
      const end = start + number.length;
      const code = Number.parseInt(hex ?? decimal!, hex === undefined ? 10 : 16);
      const isRead = hex === undefined ? decimal!.length <= 7 : hex.length <= 5;
      if (!isRead || code > 0x10ffff) return end;
      const isHalf = code >= 0xd800 && code <= 0xdfff;
      return this.#referenceEnd(start, end, isHalf ? '\ufffd' : String.fromCodePoint(code));
    }
    const [whole, name] = matchAt(ENTITY, text, start) ?? [];
    const by = name === undefined ? undefined : HTML_ENTITIES.get(name);
    if (by === undefined) return start + 1;
    return this.#referenceEnd(start, start + whole!.length, by);
  }

  #pair(start: number): number | undefined {
    const [pair, highHex, highDecimal, lowHex, lowDecimal] = matchAt(PAIR, this.#text, start) ?? [];
    if (pair === undefined) return undefined;
    const high = highHex === undefined ? decimalOf(highDecimal!) : Number.parseInt(highHex, 16);
    const low = lowHex === undefined ? decimalOf(lowDecimal!) : Number.parseInt(lowHex, 16);
    const isPair = high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
    if (!isPair) return undefined;
    return this.#replace(start, start + pair.length, String.fromCharCode(high, low));
  }

  /** Only at the text's end may a reference go without its semicolon. */
  #referenceEnd(start: number, end: number, by: string): number {
    if (end === this.#text.length) return this.#replace(start, end, by);
    return this.#text[end] === ';' ? this.#replace(start, end + 1, by) : end;
  }

  #tag(start: number): number {
    const text = this.#text;
    if (text[start + 1] === '!') return this.#declaration(start);
    if (text[start + 1] === '/') return this.#endTag(start);
    if (text[start + 1] === '?') return this.#instruction(start);
    const begin = behindSpace(text, start + 1);
    for (const [word, read] of [
      ['br', (end: number) => this.#tagEnd(start, end, this.#kept.has('br'), '\n')],
      ['script', (end: number) => this.#hidden('script', start, end)],
      ['style', (end: number) => this.#hidden('style', start, end)],
    ] as const) {
      // Also as the beginning of a longer name.
      if (text.slice(begin, begin + word.length).toLowerCase() !== word) continue;
      const end = this.#rests.end(begin + word.length, word !== 'br');
      if (end >= 0) return read(end);
    }
    const nameEnd = behindName(text, begin);
    if (nameEnd === begin) return begin;
    const name = text.slice(begin, nameEnd);
    const end = nameEnd === text.length ? nameEnd : this.#rests.end(nameEnd);
    return end < 0 ? nameEnd : this.#namedEnd(start, end, name);
  }

  #endTag(start: number): number {
    const text = this.#text;
    const begin = behindSpace(text, start + 2);
    const nameEnd = behindName(text, begin);
    if (nameEnd === begin) return begin;
    const name = text.slice(begin, nameEnd);
    if (nameEnd === text.length) return this.#namedEnd(start, nameEnd, name);
    const close = behindSpace(text, nameEnd);
    if (text[close] !== '>') return nameEnd;
    if (/^br$/i.test(name)) return this.#tagEnd(start, close + 1, this.#kept.has('br'), '\n');
    return this.#namedEnd(start, close + 1, name);
  }

  /** A tag whose name the text ends with has no `>`, and leaves nothing. */
  #namedEnd(start: number, end: number, name: string): number {
    const isKept = !OWN.test(name) && this.#kept.has(lowerCase(name));
    const isWhole = this.#text[end - 1] === '>';
    return this.#tagEnd(start, end, isKept, isWhole && !INLINE.test(name) ? '\n' : '');
  }

  #tagEnd(start: number, end: number, isKept: boolean, by: string): number {
    return isKept ? end : this.#replace(start, end, by);
  }

  #instruction(start: number): number {
    const close = this.#closeFrom(start + 2);
    if (close < start + 3 || !'/?'.includes(this.#text[close - 1]!)) return start + 1;
    return this.#replace(start, close + 1);
  }

  #declaration(start: number): number {
    const text = this.#text;
    if (text.startsWith('--', start + 2)) {
      const end = behindComment(text, start + 4);
      return this.#replace(start, end);
    }
    if (text.startsWith('[CDATA[', start + 2)) {
      this.#replace(start, start + 9);
      const end = text.indexOf(']]>', start + 9);
      return end < 0 ? text.length : this.#replace(end, end + 3);
    }
    const close = this.#closeFrom(start + 2);
    return close < 0 ? text.length : this.#replace(start, close + 1);
  }

  /** The first `>`; -1 for none. */
  #closeFrom(from: number): number {
    if (this.#nextClose < from) {
      const found = this.#text.indexOf('>', from);
      this.#nextClose = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return Number.isFinite(this.#nextClose) ? this.#nextClose : -1;
  }

  /** A script or a style, up to its end tag. */
  #hidden(name: string, start: number, startEnd: number): number {
    const text = this.#text;
    const [begin, end] = hiddenEnd(text, name, startEnd);
    if (!this.#kept.has(name)) return this.#replace(start, end, begin < end ? '\n' : '');
    this.#replace(startEnd, begin);
    return end;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** NaN with digits above U+FFFF, which Lucene does not read. */
function decimalOf(digits: string): number {
  const zeros = ZEROS.split(' ').map((zero) => Number.parseInt(zero, 16));
  return Array.from(digits).reduce((number, digit) => {
    const code = digit.codePointAt(0)!;
    const zero = zeros.find((one) => code >= one && code < one + 10 && code <= 0xffff);
    return number * 10 + (zero === undefined ? Number.NaN : code - zero);
  }, 0);
}
