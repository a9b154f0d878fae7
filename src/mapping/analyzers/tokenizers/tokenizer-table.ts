import { charGroup } from './char-group.ts';
import { letter, lowercase, whitespace } from './characters.ts';
import { classic } from './classic.ts';
import { edgeNgram, ngram } from './grams.ts';
import { keyword } from './keyword.ts';
import { pathHierarchy } from './path-hierarchy.ts';
import { pattern } from './pattern.ts';
import { simplePattern, simplePatternSplit } from './simple-pattern.ts';
import { standard } from './standard.ts';
import type { TokenizerSpec } from './tokenizer.ts';
import { uaxUrlEmail } from './uax-url-email.ts';

/** Tokenizers by type; each may be used by its type's name as well. */
export const TOKENIZERS: Readonly<Record<string, TokenizerSpec>> = {
  char_group: charGroup,
  classic,
  edge_ngram: edgeNgram,
  edgeNGram: edgeNgram,
  keyword,
  letter,
  lowercase,
  nGram: ngram,
  ngram,
  path_hierarchy: pathHierarchy,
  PathHierarchy: pathHierarchy,
  pattern,
  simple_pattern: simplePattern,
  simple_pattern_split: simplePatternSplit,
  standard,
  uax_url_email: uaxUrlEmail,
  whitespace,
};

/** Of Elasticsearch, but not here. */
export const OTHER_TOKENIZERS: ReadonlySet<string> = new Set(['thai']);
