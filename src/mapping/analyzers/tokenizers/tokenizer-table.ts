import { letter, lowercase, whitespace } from './characters.ts';
import { keyword } from './keyword.ts';
import { standard } from './standard.ts';
import type { TokenizerSpec } from './tokenizer.ts';

/** Tokenizers by type; each may be used by its type's name as well. */
export const TOKENIZERS: Readonly<Record<string, TokenizerSpec>> = {
  keyword,
  letter,
  lowercase,
  standard,
  whitespace,
};

/** Of Elasticsearch, but not here. */
export const OTHER_TOKENIZERS: ReadonlySet<string> = new Set(['thai']);
