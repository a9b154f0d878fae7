import { MAX_TOKEN_LENGTH } from '../../standard-analyzer.ts';
import { JavaPattern } from '../java-regexp/java-pattern.ts';
import { badSetting, int } from '../part-settings.ts';
import { tokenAt } from '../token-stream.ts';
import { CLASSIC_DIGITS, CLASSIC_WORDS } from './classic-data.ts';
import type { TokenizerSpec } from './tokenizer.ts';

const CJ =
  '[\\u3100-\\u312f\\u3040-\\u309F\\u30A0-\\u30FF\\u31F0-\\u31FF\\u3300-\\u337f\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff65-\\uff9f]';
const WORD = classOf(CLASSIC_WORDS);
const DIGIT = classOf(CLASSIC_DIGITS);
/** Thai signs that are no letters are in words all the same. */
const THAI_SIGNS = '\\u0E00\\u0E31\\u0E34-\\u0E3F\\u0E47-\\u0E59';
const LETTER = `[${WORD}&&[^${DIGIT.slice(1)}&&[^${THAI_SIGNS}]]`;
const ALPHA = `${LETTER}+`;
const ALPHANUM = `(?:${LETTER}|[\\u0E00-\\u0E59]|${DIGIT})+`;
const HAS_DIGIT = `(?:${LETTER}|${DIGIT})*${DIGIT}(?:${LETTER}|${DIGIT})*`;
const P = '[_\\-/.,]';
const NUMBER = [
  `${ALPHANUM}${P}${HAS_DIGIT}`,
  `${HAS_DIGIT}${P}${ALPHANUM}`,
  `${ALPHANUM}(?:${P}${HAS_DIGIT}${P}${ALPHANUM})+`,
  `${HAS_DIGIT}(?:${P}${ALPHANUM}${P}${HAS_DIGIT})+`,
  `${ALPHANUM}${P}${HAS_DIGIT}(?:${P}${ALPHANUM}${P}${HAS_DIGIT})+`,
  `${HAS_DIGIT}${P}${ALPHANUM}(?:${P}${HAS_DIGIT}${P}${ALPHANUM})+`,
].join('|');

/** The longest match decides, then the order. */
const RULES: readonly (readonly [type: string, pattern: string])[] = [
  ['<ALPHANUM>', ALPHANUM],
  ['<APOSTROPHE>', `${ALPHA}(?:'${ALPHA})+`],
  ['<ACRONYM>', `${LETTER}\\.(?:${LETTER}\\.)+`],
  ['<COMPANY>', `${ALPHA}[&@]${ALPHA}`],
  ['<EMAIL>', `${ALPHANUM}(?:[._-]${ALPHANUM})*@${ALPHANUM}(?:[.-]${ALPHANUM})+`],
  ['<HOST>', `${ALPHANUM}(?:\\.${ALPHANUM})+`],
  ['<NUM>', NUMBER],
  ['<CJ>', CJ],
  ['<ACRONYM_DEP>', `${ALPHANUM}\\.(?:${ALPHANUM}\\.)+`],
];

/** A class of the characters in every second run. */
function classOf(runs: string): string {
  const hex = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
  let [at, ranges] = [0, ''];
  runs.split(' ').forEach((run, number) => {
    const end = at + Number.parseInt(run, 36);
    if (number % 2 === 1) ranges += `${hex(at)}-${hex(end - 1)}`;
    at = end;
  });
  return `[${ranges}]`;
}

let rules: (readonly [string, JavaPattern])[] | undefined;

/** Words of European texts, with host names, numbers, acronyms and others as wholes: Lucene's old grammar. */
export const classic: TokenizerSpec = {
  parameters: { max_token_length: int(MAX_TOKEN_LENGTH) },
  build(settings) {
    const longest = settings['max_token_length'] as number;
    if (longest < 1) throw badSetting('maxTokenLength must be greater than zero');
    rules ??= RULES.map(([type, pattern]) => [type, new JavaPattern(pattern)]);
    const known = rules;
    return {
      tokenize(text, stream) {
        for (const [, pattern] of known) pattern.begin(text);
        let left = 0;
        for (let at = 0; at < text.length; ) {
          let [end, type] = [-1, ''];
          for (const [name, pattern] of known) {
            const to = pattern.longest(at);
            if (to > end) [end, type] = [to, name];
          }
          if (end < 0) {
            at += 1;
            continue;
          }
          if (end - at > longest) left += 1;
          else {
            const isDotted = type === '<ACRONYM_DEP>';
            const word = text.slice(at, isDotted ? end - 1 : end);
            const token = tokenAt(word, at, end, isDotted ? '<HOST>' : type);
            token.increment += left;
            left = 0;
            stream.push(token);
          }
          at = end;
        }
        stream.rest = left;
      },
    };
  },
};
