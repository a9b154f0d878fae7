import {
  both,
  either,
  foldedCase,
  inAnyCase,
  isLineEnd,
  not,
  propertyOf,
  SHORT,
} from './character-sets.ts';
import * as S from './syntax.ts';

const MAX_DEPTH = 100;
const MOST_REPEATS = 1000;

/** An expression with what its groups are called. */
export interface Parsed {
  readonly root: S.Expression;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** Reads Java's regular expressions, as far as they can be matched without going back. */
export function parseExpression(source: string, flags: S.Flags): Parsed {
  return new Parser(source, flags).parse();
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

const FLAG_LETTERS: Readonly<Record<string, keyof S.Flags>> = {
  i: 'caseInsensitive',
  u: 'unicodeCase',
  m: 'multiline',
  s: 'dotAll',
  d: 'unixLines',
  x: 'comments',
};

class Parser {
  readonly #source: string;
  #flags: S.Flags;
  #at = 0;
  #groups = 0;
  readonly #names = new Map<string, number>();
  #isQuoted = false;

  constructor(source: string, flags: S.Flags) {
    this.#source = source;
    this.#flags = flags;
  }

  parse(): Parsed {
    const root = this.#flags.literal ? this.#literal() : this.#choices(0);
    if (this.#at < this.#source.length) throw this.#bad("Unmatched closing ')'");
    return { root, groups: this.#groups, names: this.#names };
  }

  #bad(what: string): S.BadExpression {
    return new S.BadExpression(what, Math.max(0, this.#at - 1), this.#source);
  }

  #literal(): S.Expression {
    const codes = Array.from(this.#source, (one) => one.codePointAt(0)!);
    this.#at = this.#source.length;
    return { is: 'sequence', parts: codes.map((code) => this.#one(code)) };
  }

  #choices(depth: number): S.Expression {
    if (depth > MAX_DEPTH) throw new S.UnknownSyntax('so deeply nested an expression');
    const before = this.#flags;
    const choices = [this.#sequence(depth)];
    while (this.#take('|')) choices.push(this.#sequence(depth));
    this.#flags = before;
    return choices.length === 1 ? choices[0]! : { is: 'either', choices };
  }

  #sequence(depth: number): S.Expression {
    const parts: S.Expression[] = [];
    for (;;) {
      this.#skipComments();
      const next = this.#source[this.#at];
      if (next === undefined) break;
      if (!this.#isQuoted && (next === '|' || next === ')')) break;
      const atom = this.#atom(depth);
      if (atom !== null) parts.push(this.#repeated(atom));
    }
    return parts.length === 1 ? parts[0]! : { is: 'sequence', parts };
  }

  #skipComments(): void {
    if (!this.#flags.comments || this.#isQuoted) return;
    for (;;) {
      const next = this.#source[this.#at];
      if (next !== undefined && /[ \t\n\v\f\r]/.test(next)) this.#at += 1;
      else if (next === '#') {
        while (
          this.#at < this.#source.length &&
          !/[\n\r\x85\u2028\u2029]/.test(this.#source[this.#at]!)
        )
          this.#at += 1;
      } else return;
    }
  }

  #take(text: string): boolean {
    if (this.#isQuoted || !this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #one(code: number): S.Expression {
    const { caseInsensitive, unicodeCase } = this.#flags;
    if (!caseInsensitive) return { is: 'character', code };
    const folded = unicodeCase ? foldedCase(code) : code;
    const same = (other: number): boolean =>
      other === code || (unicodeCase && foldedCase(other) === folded);
    const has = unicodeCase ? same : inAnyCase(same, this.#flags);
    const isPlain = code < 0x80 && !/[A-Za-z]/.test(String.fromCharCode(code));
    return isPlain ? { is: 'character', code } : { is: 'set', has };
  }

  /** @returns null where nothing is left to match, as of a change of flags */
  #atom(depth: number): S.Expression | null {
    const code = this.#source.codePointAt(this.#at)!;
    if (this.#isQuoted) {
      if (this.#source.startsWith('\\E', this.#at)) {
        this.#at += 2;
        this.#isQuoted = false;
        return null;
      }
      this.#at += code > 0xffff ? 2 : 1;
      return this.#one(code);
    }
    this.#at += code > 0xffff ? 2 : 1;
    const { unixLines } = this.#flags;
    switch (String.fromCodePoint(code)) {
      case '(':
        return this.#group(depth);
      case '[':
        return { is: 'set', has: this.#set(depth) };
      case '.':
        return { is: 'set', has: this.#dot() };
      case '^':
        return { is: 'edge', kind: this.#flags.multiline ? S.LINE_BEGIN : S.TEXT_BEGIN, unixLines };
      case '$':
        return {
          is: 'edge',
          kind: this.#flags.multiline ? S.LINE_END : S.LAST_LINE_END,
          unixLines,
        };
      case '*':
      case '+':
      case '?':
        throw this.#bad(`Dangling meta character '${String.fromCodePoint(code)}'`);
      case '\\':
        return this.#escape();
      default:
        return this.#one(code);
    }
  }

  #dot(): S.Characters {
    if (this.#flags.dotAll) return () => true;
    return this.#flags.unixLines ? (code) => code !== 10 : not(isLineEnd);
  }

  #group(depth: number): S.Expression | null {
    const before = this.#flags;
    let number: number | undefined;
    if (this.#take('?')) {
      const [name] =
        /^<([a-zA-Z][a-zA-Z0-9]*)>/.exec(this.#source.slice(this.#at, this.#at + 200)) ?? [];
      if (name !== undefined) {
        this.#at += name.length;
        number = ++this.#groups;
        this.#names.set(name.slice(1, -1), number);
      } else if (!this.#take(':')) {
        if (/^(?:[=!>]|<[=!])/.test(this.#source.slice(this.#at, this.#at + 2))) {
          throw new S.UnknownSyntax(`(?${this.#source[this.#at]!}`);
        }
        this.#readFlags();
        if (this.#take(')')) return null;
        if (!this.#take(':')) throw this.#bad('Unknown inline modifier');
      }
    } else number = ++this.#groups;
    const inner = this.#choices(depth + 1);
    if (!this.#take(')')) throw this.#bad('Unclosed group');
    this.#flags = before;
    return number === undefined ? inner : { is: 'group', number, inner };
  }

  #readFlags(): void {
    let on = true;
    const flags = { ...this.#flags };
    for (;;) {
      const letter = this.#source[this.#at];
      if (letter === '-' && on) on = false;
      else if (letter !== undefined && Object.hasOwn(FLAG_LETTERS, letter)) {
        (flags as Record<string, boolean>)[FLAG_LETTERS[letter]!] = on;
      } else if (letter === 'U') throw new S.UnknownSyntax('(?U)');
      else break;
      this.#at += 1;
    }
    this.#flags = flags;
  }

  #repeated(atom: S.Expression): S.Expression {
    let inner = atom;
    this.#skipComments();
    const bounds = this.#bounds();
    if (bounds === null) return inner;
    const [least, most] = bounds;
    if (least > MOST_REPEATS || (most !== Number.POSITIVE_INFINITY && most > MOST_REPEATS)) {
      throw new S.UnknownSyntax(`more than ${MOST_REPEATS} repetitions`);
    }
    const greedy = !this.#take('?');
    if (greedy && this.#take('+')) throw new S.UnknownSyntax('a possessive quantifier');
    inner = { is: 'repeat', inner, least, most, greedy };
    return inner;
  }

  #bounds(): readonly [number, number] | null {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    if (this.#isQuoted || this.#source[this.#at] !== '{') return null;
    const [whole, from, comma, to] =
      /^\{(\d{1,9})(,?)(\d{0,9})\}/.exec(this.#source.slice(this.#at, this.#at + 30)) ?? [];
    if (whole === undefined) throw this.#bad('Illegal repetition');
    this.#at += whole.length;
    const least = Number(from);
    const most = to === '' ? (comma === '' ? least : Number.POSITIVE_INFINITY) : Number(to);
    if (most < least) throw this.#bad('Illegal repetition range');
    return [least, most];
  }

  #escape(): S.Expression | null {
    const letter = this.#source[this.#at];
    if (letter === undefined) throw this.#bad('Unexpected internal error');
    const edge = EDGES[letter];
    if (edge !== undefined) {
      this.#at += 1;
      return { is: 'edge', kind: edge, unixLines: this.#flags.unixLines };
    }
    if (letter === 'Q') {
      this.#at += 1;
      this.#isQuoted = true;
      return null;
    }
    if (/[1-9]/.test(letter)) throw new S.UnknownSyntax(`the reference \\${letter}`);
    if (/[GkRXN]/.test(letter)) throw new S.UnknownSyntax(`\\${letter}`);
    const set = this.#shortSet();
    return set === null ? this.#one(this.#character()) : { is: 'set', has: set };
  }

  /** `\d`, `\p{…}` and others, behind the backslash; null for what is no set. */
  #shortSet(): S.Characters | null {
    const letter = this.#source[this.#at]!;
    if (letter === 'p' || letter === 'P') {
      this.#at += 1;
      const rest = this.#source.slice(this.#at, this.#at + 100);
      const [whole, name = rest[0]] = /^\{([^}]*)\}/.exec(rest) ?? [rest[0]];
      if (whole === undefined || name === undefined) throw this.#bad('Illegal property');
      this.#at += whole.length;
      const has = propertyOf(name, this.#flags);
      return letter === 'p' ? has : not(has);
    }
    const short = SHORT[letter.toLowerCase()];
    if (short === undefined) return null;
    this.#at += 1;
    return letter === letter.toLowerCase() ? short : not(short);
  }

  /** A character behind a backslash. */
  #character(): number {
    const rest = this.#source.slice(this.#at, this.#at + 12);
    const [hex, , braced, two, four] =
      /^(x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(rest) ?? [];
    if (hex !== undefined) {
      this.#at += hex.length;
      return Number.parseInt((braced ?? two ?? four)!, 16);
    }
    const [octal] = /^0(?:[0-3][0-7]{1,2}|[0-7]{1,2})/.exec(rest) ?? [];
    if (octal !== undefined) {
      this.#at += octal.length;
      return Number.parseInt(octal, 8);
    }
    const code = this.#source.codePointAt(this.#at)!;
    const letter = String.fromCodePoint(code);
    this.#at += letter.length;
    if (letter === 'c') {
      const control = this.#source.charCodeAt(this.#at);
      if (Number.isNaN(control)) throw this.#bad('Illegal control escape sequence');
      this.#at += 1;
      return control ^ 64;
    }
    if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[letter]!;
    if (/[A-Za-z0]/.test(letter)) throw this.#bad('Illegal/unsupported escape sequence');
    return code;
  }

  /** A class in brackets, behind the first one. */
  #set(depth: number): S.Characters {
    if (depth > MAX_DEPTH) throw new S.UnknownSyntax('so deeply nested an expression');
    const isNegated = this.#take('^');
    let result: S.Characters | null = null;
    let current: S.Characters | null = null;
    let isFirst = true;
    const add = (has: S.Characters): void => {
      current = current === null ? has : either(current, has);
    };
    for (;;) {
      const code = this.#source.codePointAt(this.#at);
      if (code === undefined) throw this.#bad('Unclosed character class');
      const character = String.fromCodePoint(code);
      if (character === ']' && !isFirst) break;
      isFirst = false;
      if (this.#flags.comments && /[ \t\n\v\f\r#]/.test(character)) {
        this.#skipComments();
        continue;
      }
      if (this.#source.startsWith('&&', this.#at)) {
        this.#at += 2;
        while (this.#source[this.#at] === '&') this.#at += 1;
        if (current !== null) result = result === null ? current : both(result, current);
        current = null;
        continue;
      }
      this.#at += character.length;
      if (character === '[') add(this.#set(depth + 1));
      else {
        const set = character === '\\' ? this.#classEscape() : null;
        if (set !== null) add(set);
        else add(this.#range(character === '\\' ? this.#character() : code));
      }
    }
    this.#at += 1;
    let has: S.Characters = current ?? (() => false);
    if (result !== null) has = current === null ? result : both(result, current);
    return isNegated ? not(has) : has;
  }

  #classEscape(): S.Characters | null {
    const letter = this.#source[this.#at];
    if (letter === undefined) throw this.#bad('Unclosed character class');
    if (letter === 'Q' || letter === 'E') throw new S.UnknownSyntax(`\\${letter} in a class`);
    return this.#shortSet();
  }

  #range(from: number): S.Characters {
    let to = from;
    const next = this.#source[this.#at + 1];
    if (this.#source[this.#at] === '-' && next !== undefined && next !== ']' && next !== '[') {
      this.#at += 1;
      const code = this.#source.codePointAt(this.#at)!;
      this.#at += code > 0xffff ? 2 : 1;
      if (code === 0x5c && this.#source[this.#at] === undefined)
        throw this.#bad('Unclosed character class');
      to = code === 0x5c ? this.#character() : code;
      if (to < from) throw this.#bad('Illegal character range');
    }
    return inAnyCase((code) => code >= from && code <= to, this.#flags);
  }
}

const EDGES: Readonly<Record<string, number>> = {
  A: S.TEXT_BEGIN,
  z: S.TEXT_END,
  Z: S.LAST_LINE_END,
  b: S.WORD_EDGE,
  B: S.NO_WORD_EDGE,
};
