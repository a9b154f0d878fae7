import { EstromError } from '../../errors.ts';
import type { KqlLiteral } from './kql-tree.ts';

const SPACE = /[ \t\r\n\u00a0]*/y;
/** Characters that a word has behind a backslash only. */
const SPECIAL = new Set('\\():<>"*{}');
const CONJUNCTION = /[ \t\r\n\u00a0]+(and|or)[ \t\r\n\u00a0]+/iy;
const NOT = /not[ \t\r\n\u00a0]+/iy;
const ESCAPED_KEYWORD = /and|or|not/iy;
/** `\not` is the word only where the operator could stand; in `\none` there is a line break. */
const ESCAPED_NOT = /not(?=[ \t\r\n\u00a0():<>"*{}]|$)/y;
const UNICODE = /u[0-9a-fA-F]{4}/y;
const WHITESPACE: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

/** Reads the words and signs of a KQL text, from left to right. */
export class KqlScanner {
  readonly text: string;
  readonly #clause: string | undefined;
  at = 0;

  constructor(text: string, clause: string | undefined) {
    this.text = text;
    this.#clause = clause;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.text[this.at] ?? '';
  }

  skipSpace(): void {
    this.at += this.#match(SPACE)!.length;
  }

  /** Takes a sign if it is next. */
  take(sign: string): boolean {
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }

  /** Takes `and` or `or` with the space around it. */
  takeConjunction(word: 'and' | 'or'): boolean {
    const found = this.#match(CONJUNCTION);
    if (found?.trim().toLowerCase() !== word) return false;
    this.at += found.length;
    return true;
  }

  /** Takes `not` with the space behind it. */
  takeNot(): boolean {
    const found = this.#match(NOT);
    this.at += found?.length ?? 0;
    return found !== null;
  }

  /** A field's name or a value; null where none begins. */
  literal(): KqlLiteral | null {
    return this.next === '"' ? this.#quoted() : this.#unquoted();
  }

  #quoted(): KqlLiteral {
    const offset = this.at;
    let text = '';
    let at = offset + 1;
    for (; ; at += 1) {
      const char = this.text[at];
      if (char === undefined) {
        throw this.error(offset, 'the text in quotes that begins here is never closed');
      }
      if (char === '"') break;
      const escaped = char === '\\' ? this.text[at + 1] : undefined;
      if (escaped === undefined) {
        text += char;
      } else if (escaped === '\\' || escaped === '"') {
        text += escaped;
        at += 1;
      } else if (Object.hasOwn(WHITESPACE, escaped)) {
        text += WHITESPACE[escaped];
        at += 1;
      } else {
        const unicode = this.#match(UNICODE, at + 1);
        text += unicode === null ? char : fromUnicode(unicode);
        at += unicode?.length ?? 0;
      }
    }
    this.at = at + 1;
    return { parts: [text], isQuoted: true, offset };
  }

  /** Words with the space between them, up to an operator or a sign. */
  #unquoted(): KqlLiteral | null {
    const offset = this.at;
    const parts = [''];
    const add = (text: string): void => {
      parts[parts.length - 1] += text;
    };
    let startsWord = true;
    for (;;) {
      const char = this.next;
      if (char === '') break;
      const space = this.#match(SPACE)!;
      if (space !== '') {
        if (this.#match(CONJUNCTION) !== null) break;
        add(space);
        this.at += space.length;
        startsWord = true;
        continue;
      }
      if (startsWord && this.#match(NOT) !== null) break;
      startsWord = false;
      if (char === '\\') {
        add(this.#escaped());
        continue;
      }
      if (char === '*') parts.push('');
      else if (SPECIAL.has(char)) break;
      else add(char);
      this.at += 1;
    }
    if (this.at === offset) return null;
    parts[0] = parts[0]!.trimStart();
    parts[parts.length - 1] = parts.at(-1)!.trimEnd();
    return { parts, isQuoted: false, offset };
  }

  /** What a backslash and the characters behind it stand for. */
  #escaped(): string {
    const offset = this.at;
    const from = offset + 1;
    const char = this.text[from] ?? '';
    const take = (length: number): void => {
      this.at = from + length;
    };
    if (SPECIAL.has(char)) {
      take(1);
      return char;
    }
    const word = this.#match(char === 'n' ? ESCAPED_NOT : ESCAPED_KEYWORD, from);
    if (word !== null) {
      take(word.length);
      return word;
    }
    if (Object.hasOwn(WHITESPACE, char)) {
      take(1);
      return WHITESPACE[char]!;
    }
    const unicode = this.#match(UNICODE, from);
    if (unicode !== null) {
      take(unicode.length);
      return fromUnicode(unicode);
    }
    const found = char === 'u' ? 'four hexadecimal digits after \\u' : 'a character to escape';
    throw this.error(offset, `expected ${found}; write \\\\ for a backslash`);
  }

  /** @param offset UTF-16 units */
  error(offset: number, reason: string, code: 'SYNTAX' | 'UNSUPPORTED' = 'SYNTAX'): EstromError {
    return new EstromError(`QUERY_${code}`, `${reason} (offset ${offset})`, this.place(offset));
  }

  place(offset: number): { offset: number; clause?: string } {
    return { offset, ...(this.#clause !== undefined && { clause: this.#clause }) };
  }

  #match(pattern: RegExp, at = this.at): string | null {
    pattern.lastIndex = at;
    return pattern.exec(this.text)?.[0] ?? null;
  }
}

function fromUnicode(image: string): string {
  return String.fromCharCode(Number.parseInt(image.slice(1), 16));
}
