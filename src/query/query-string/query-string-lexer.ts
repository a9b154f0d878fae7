/**
 * The token manager of Lucene's classic query parser: longest match, earlier rule on a tie, and
 * three states (after `^` only a number, inside brackets the bounds of a range).
 */
export type TokenKind =
  | 'and'
  | 'or'
  | 'not'
  | 'plus'
  | 'minus'
  | 'bareOperator'
  | 'leftParenthesis'
  | 'rightParenthesis'
  | 'colon'
  | 'star'
  | 'caret'
  | 'quoted'
  | 'term'
  | 'tilde'
  | 'prefix'
  | 'wildcard'
  | 'regexp'
  | 'rangeStart'
  | 'rangeTo'
  | 'rangeEnd'
  | 'rangeQuoted'
  | 'rangeBound'
  | 'number'
  | 'end'
  | 'error';

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 position in the text. */
  readonly start: number;
  readonly end: number;
  /** Of an `error` token: what is wrong. */
  readonly problem?: string;
}

const WHITESPACE = ' \t\n\r\u3000';
const NOT_IN_TERM = `${WHITESPACE}!():^[]"{}~*?\\/`;
const OPERATORS: ReadonlyMap<string, TokenKind> = new Map([
  ['AND', 'and'],
  ['&&', 'and'],
  ['OR', 'or'],
  ['||', 'or'],
  ['NOT', 'not'],
]);
const SINGLE: ReadonlyMap<string, TokenKind> = new Map([
  ['(', 'leftParenthesis'],
  [')', 'rightParenthesis'],
  [':', 'colon'],
  ['^', 'caret'],
  ['[', 'rangeStart'],
  ['{', 'rangeStart'],
]);

type State = 'default' | 'boost' | 'range';

/** Splits a query text into tokens; the last one is `end` or `error`. Never throws. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let state: State = 'default';
  let position = 0;
  for (;;) {
    const token: Token =
      state === 'default'
        ? defaultToken(text, skip(text, position))
        : state === 'range'
          ? rangeToken(text, position)
          : boostToken(text, position);
    tokens.push(token);
    if (token.kind === 'end' || token.kind === 'error') return tokens;
    position = token.end;
    if (token.kind === 'caret') state = 'boost';
    else if (token.kind === 'rangeStart') state = 'range';
    else if (token.kind === 'number' || token.kind === 'rangeEnd') state = 'default';
  }
}

function skip(text: string, position: number): number {
  let at = position;
  while (at < text.length && WHITESPACE.includes(text[at]!)) at += 1;
  return at;
}

function make(kind: TokenKind, start: number, end: number): Token {
  return { kind, start, end };
}

function failure(start: number, problem: string): Token {
  return { kind: 'error', start, end: start, problem };
}

function defaultToken(text: string, start: number): Token {
  const char = text[start];
  if (char === undefined) return make('end', start, start);
  const single = SINGLE.get(char);
  if (single !== undefined) return make(single, start, start + 1);
  switch (char) {
    case '+':
    case '-':
    case '!': {
      const next = text[start + 1];
      if (next !== undefined && WHITESPACE.includes(next)) {
        return make('bareOperator', start, start + 2);
      }
      return make(char === '+' ? 'plus' : char === '-' ? 'minus' : 'not', start, start + 1);
    }
    case '"':
      return quotedToken(text, start);
    case '~':
      return make('tilde', start, termEnd(text, start + 1, false));
    case '/': {
      const end = longestClose(text, start, '/', 0);
      if (end !== -1) return make('regexp', start, end);
      return failure(
        start,
        'a / starts a regular expression that never ends; write \\/ or quote it',
      );
    }
    case ']':
    case '}':
      return failure(
        start,
        `a ${char} without its opening bracket; write \\${char} for the character`,
      );
    case '*':
    case '?': {
      const end = termEnd(text, start + 1, true);
      return make(char === '*' && end === start + 1 ? 'star' : 'wildcard', start, end);
    }
    default:
      return termToken(text, start);
  }
}

function termToken(text: string, start: number): Token {
  const end = termEnd(text, start, false);
  if (end === start) return failure(start, 'the text ends in the middle of an escape; write \\\\');
  const next = text[end];
  if (next !== '*' && next !== '?') {
    return make(OPERATORS.get(text.slice(start, end)) ?? 'term', start, end);
  }
  const wildEnd = termEnd(text, end, true);
  return make(next === '*' && wildEnd === end + 1 ? 'prefix' : 'wildcard', start, wildEnd);
}

/** The end of a run of term characters; an escape counts as one of them. */
function termEnd(text: string, start: number, wildcards: boolean): number {
  let at = start;
  while (at < text.length) {
    const char = text[at]!;
    if (char === '\\') {
      if (at + 1 >= text.length) return at;
      at += 2;
    } else if (wildcards && (char === '*' || char === '?')) {
      at += 1;
    } else if (NOT_IN_TERM.includes(char)) {
      return at;
    } else {
      at += 1;
    }
  }
  return at;
}

function quotedToken(text: string, start: number): Token {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '"') return make('quoted', start, at + 1);
  }
  return failure(start, 'a phrase that is opened here is never closed; add a " or write \\"');
}

/**
 * Where a token ends that may hold its own delimiter after a backslash. Lucene takes the longest
 * match, and a backslash may also be a plain character there: `/a\/` alone is complete.
 * @returns -1 when there is no closing delimiter
 */
function longestClose(text: string, start: number, delimiter: string, least: number): number {
  let end = -1;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== delimiter) continue;
    if (at - start - 1 < least) return -1;
    end = at + 1;
    if (text[at - 1] !== '\\' || at - 1 === start) break;
  }
  return end;
}

function boostToken(text: string, start: number): Token {
  const digits = /\d+(?:\.\d+)?/y;
  digits.lastIndex = start;
  if (digits.test(text)) return make('number', start, digits.lastIndex);
  return failure(start, 'expected a boost number directly after ^');
}

function rangeToken(text: string, from: number): Token {
  let start = from;
  for (;;) {
    const char = text[start];
    if (char === undefined) return make('end', start, start);
    if (char === ']' || char === '}') return make('rangeEnd', start, start + 1);
    const end = boundEnd(text, start);
    // Only a space always separates bounds: other white space belongs to the bound it precedes.
    if (char === ' ' || (end === start + 1 && WHITESPACE.includes(char))) {
      start += 1;
      continue;
    }
    const quotedEnd = char === '"' ? longestClose(text, start, '"', 1) : -1;
    if (quotedEnd >= end) return make('rangeQuoted', start, quotedEnd);
    return make(text.slice(start, end) === 'TO' ? 'rangeTo' : 'rangeBound', start, end);
  }
}

function boundEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== ' ' && text[at] !== ']' && text[at] !== '}') at += 1;
  return at;
}
