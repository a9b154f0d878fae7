import { MAX_TOKEN_LENGTH } from '../../standard-analyzer.ts';
import { BMP_KINDS, kindOf, LETTER, WHITESPACE } from '../characters.ts';
import { ESCAPES } from '../escapes.ts';
import { badSetting, int, list } from '../part-settings.ts';
import { characterRuns } from './character-runs.ts';
import { checkLength } from './characters.ts';
import type { TokenizerSpec } from './tokenizer.ts';

const GROUPS: Readonly<Record<string, (code: number) => boolean>> = {
  letter: (code) => kindOf(code) === LETTER,
  digit: (code) => /\p{Nd}/u.test(String.fromCodePoint(code)),
  whitespace: (code) => code < BMP_KINDS.length && BMP_KINDS[code] === WHITESPACE,
  punctuation: (code) => /\p{P}/u.test(String.fromCodePoint(code)),
  symbol: (code) => /\p{S}/u.test(String.fromCodePoint(code)),
};

/** What stands between characters of some groups. */
export const charGroup: TokenizerSpec = {
  parameters: { tokenize_on_chars: list([]), max_token_length: int(MAX_TOKEN_LENGTH) },
  build(settings) {
    const longest = checkLength(settings['max_token_length'] as number);
    const single = new Set<number>();
    const groups: ((code: number) => boolean)[] = [];
    for (const group of settings['tokenize_on_chars'] as readonly string[]) {
      if (group === '') throw badSetting('[tokenize_on_chars] cannot contain empty characters');
      if (group.length === 1) single.add(group.charCodeAt(0));
      else if (group.startsWith('\\')) single.add(escaped(group));
      else if (Object.hasOwn(GROUPS, group)) groups.push(GROUPS[group]!);
      else throw badSetting(`Invalid escaped char in [${group}]`);
    }
    const belongs = (code: number): boolean =>
      !single.has(code) && !groups.some((isIn) => isIn(code));
    return { tokenize: (text, stream) => characterRuns(text, stream, belongs, longest) };
  },
};

function escaped(group: string): number {
  const named = ESCAPES[group[1]!];
  if (named !== undefined) return named.charCodeAt(0);
  if (group[1] === 'u' && /^[0-9a-fA-F]{1,}$/.test(group.slice(2)))
    return Number.parseInt(group.slice(2), 16);
  throw badSetting(`Invalid escaped char ${group[1]} in [${group}]`);
}
