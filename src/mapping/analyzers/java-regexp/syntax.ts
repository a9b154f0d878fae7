/** A set of characters. */
export type Characters = (code: number) => boolean;

export const LINE_BEGIN = 0;
export const LINE_END = 1;
export const TEXT_BEGIN = 2;
export const TEXT_END = 3;
/** Also before a line's end that ends the text. */
export const LAST_LINE_END = 4;
export const WORD_EDGE = 5;
export const NO_WORD_EDGE = 6;

/** An expression, read. */
export type Expression =
  | { readonly is: 'character'; readonly code: number }
  | { readonly is: 'set'; readonly has: Characters }
  | { readonly is: 'edge'; readonly kind: number; readonly unixLines: boolean }
  | { readonly is: 'group'; readonly number: number; readonly inner: Expression }
  | { readonly is: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly is: 'either'; readonly choices: readonly Expression[] }
  | {
      readonly is: 'repeat';
      readonly inner: Expression;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    };

/** What an expression is read with, by Java's names. */
export interface Flags {
  readonly caseInsensitive: boolean;
  readonly unicodeCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly unixLines: boolean;
  readonly comments: boolean;
  readonly literal: boolean;
}

export const NO_FLAGS: Flags = {
  caseInsensitive: false,
  unicodeCase: false,
  multiline: false,
  dotAll: false,
  unixLines: false,
  comments: false,
  literal: false,
};

/** Java does not take the expression. */
export class BadExpression extends Error {
  /** @param at offset in the expression */
  constructor(what: string, at: number, expression: string) {
    super(`${what} near index ${at}\n${expression}`);
  }
}

/** Java takes it, but it needs going back, or is not known here. */
export class UnknownSyntax extends Error {}
