import { lowerCase } from '../../standard-analyzer.ts';
import { BMP_KINDS, WHITESPACE } from '../characters.ts';
import { upperCase } from '../filters/case.ts';
import { type Characters, type Flags, UnknownSyntax } from './syntax.ts';

const inText = (characters: string): Characters => {
  const codes = new Set(Array.from(characters, (one) => one.codePointAt(0)!));
  return (code) => codes.has(code);
};

const isIn =
  (from: number, to: number): Characters =>
  (code) =>
    code >= from && code <= to;

export const not =
  (has: Characters): Characters =>
  (code) =>
    !has(code);
export const either =
  (a: Characters, b: Characters): Characters =>
  (code) =>
    a(code) || b(code);
export const both =
  (a: Characters, b: Characters): Characters =>
  (code) =>
    a(code) && b(code);

const digit = isIn(0x30, 0x39);
const upper = isIn(0x41, 0x5a);
const lower = isIn(0x61, 0x7a);
const alpha = either(upper, lower);
const alnum = either(alpha, digit);
const punct: Characters = (code) => code > 0x20 && code < 0x7f && !alnum(code);
const graph: Characters = (code) => code > 0x20 && code < 0x7f;
const horizontal = inText(
  ' \t\xa0\u1680\u180e\u202f\u205f\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
);
const vertical = inText('\n\v\f\r\x85\u2028\u2029');

export const isLineEnd = inText('\n\r\x85\u2028\u2029');

/** `\d` and others, by their letters in lower case. */
export const SHORT: Readonly<Record<string, Characters>> = {
  d: digit,
  w: either(alnum, (code) => code === 0x5f),
  s: inText(' \t\n\v\f\r'),
  h: horizontal,
  v: vertical,
};

const POSIX: Readonly<Record<string, Characters>> = {
  Lower: lower,
  Upper: upper,
  ASCII: isIn(0, 0x7f),
  Alpha: alpha,
  Digit: digit,
  Alnum: alnum,
  Punct: punct,
  Graph: graph,
  Print: isIn(0x20, 0x7e),
  Blank: inText(' \t'),
  Cntrl: (code) => code < 0x20 || code === 0x7f,
  XDigit: either(digit, either(isIn(0x41, 0x46), isIn(0x61, 0x66))),
  Space: SHORT['s']!,
};

const JAVA: Readonly<Record<string, Characters>> = {
  javaWhitespace: (code) => code < BMP_KINDS.length && BMP_KINDS[code] === WHITESPACE,
};

const CASES: ReadonlySet<string> = new Set(['Lower', 'Upper', 'Lu', 'Ll', 'Lt']);

const PROPERTIES: Readonly<Record<string, string>> = {
  IsAlphabetic: 'Alphabetic',
  IsIdeographic: 'Ideographic',
  IsLetter: 'L',
  IsLowercase: 'Lowercase',
  IsUppercase: 'Uppercase',
  IsTitlecase: 'Lt',
  IsPunctuation: 'P',
  IsControl: 'Cc',
  IsDigit: 'Nd',
  IsWhite_Space: 'White_Space',
  javaLowerCase: 'Lowercase',
  javaUpperCase: 'Uppercase',
  javaLetter: 'L',
  javaDigit: 'Nd',
  javaAlphabetic: 'Alphabetic',
};

/** What `\p{name}` has. @throws UnknownSyntax */
export function propertyOf(name: string, flags: Flags): Characters {
  if (flags.caseInsensitive && CASES.has(name)) {
    return name === 'Lower' || name === 'Upper' ? alpha : unicode('[\\p{Lu}\\p{Ll}\\p{Lt}]');
  }
  if (Object.hasOwn(POSIX, name)) return POSIX[name]!;
  if (Object.hasOwn(JAVA, name)) return JAVA[name]!;
  if (Object.hasOwn(PROPERTIES, name)) return unicode(`\\p{${PROPERTIES[name]!}}`);
  const [, category] =
    /^(?:Is|gc=|general_category=)?(L[ulmot]?|M[nec]?|N[dlo]?|Z[slp]?|C[cfosn]?|P[dseifoc]?|S[mcko]?)$/.exec(
      name,
    ) ?? [];
  if (category !== undefined) return unicode(`\\p{${category}}`);
  if (/^Is?L1$|^L1$/.test(name)) return isIn(0, 0xff);
  const [, script] = /^(?:Is|script=|sc=)([A-Za-z_]+)$/.exec(name) ?? [];
  if (script !== undefined) {
    try {
      return unicode(`\\p{Script=${titled(script)}}`);
    } catch {
      throw new UnknownSyntax(`\\p{${name}}`);
    }
  }
  throw new UnknownSyntax(`\\p{${name}}`);
}

const titled = (script: string): string =>
  script.toLowerCase().replaceAll(/(^|_)[a-z]/g, (letter) => letter.toUpperCase());

/** One character at a time, so that nothing is gone back over. */
function unicode(source: string): Characters {
  const pattern = new RegExp(`^${source}$`, 'u');
  return (code) => pattern.test(String.fromCodePoint(code));
}

/** Whether a character, or its other case, is in the set. */
export function inAnyCase(has: Characters, { caseInsensitive, unicodeCase }: Flags): Characters {
  if (!caseInsensitive) return has;
  return (code) => {
    if (has(code)) return true;
    if (code < 0x80) return (upper(code) && has(code + 32)) || (lower(code) && has(code - 32));
    if (!unicodeCase) return false;
    const raised = upperCase(String.fromCodePoint(code)).codePointAt(0)!;
    return has(raised) || has(foldedCase(code));
  };
}

/** Equal for characters that differ in case alone. */
export function foldedCase(code: number): number {
  return lowerCase(upperCase(String.fromCodePoint(code))).codePointAt(0)!;
}

const WORD = /[\p{L}\p{Nd}_]/u;
const MARK = /\p{Mn}/u;

/** Whether the character that ends at an offset belongs to a word, as `\b` sees it. */
export function isWordBefore(text: string, at: number): boolean {
  for (let end = at; end > 0; ) {
    const low = text.charCodeAt(end - 1);
    const size =
      (low & 0xfc00) === 0xdc00 && end > 1 && (text.charCodeAt(end - 2) & 0xfc00) === 0xd800
        ? 2
        : 1;
    const character = text.slice(end - size, end);
    if (WORD.test(character)) return end === at || character !== '_';
    if (!MARK.test(character)) return false;
    end -= size;
  }
  return false;
}

export function isWordAt(text: string, at: number): boolean {
  if (at >= text.length) return false;
  const character = String.fromCodePoint(text.codePointAt(at)!);
  return (
    WORD.test(character) || (MARK.test(character) && isWordBefore(text, at + character.length))
  );
}
