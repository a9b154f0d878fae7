import { flag, list, type PartSettings } from '../part-settings.ts';
import { ALPHA, DIGIT, kindsOf } from './word-delimiter-types.ts';

/** What both word delimiter filters take. */
export const wordDelimiterParameters = {
  generate_word_parts: flag(true),
  generate_number_parts: flag(true),
  catenate_words: flag(false),
  catenate_numbers: flag(false),
  catenate_all: flag(false),
  split_on_case_change: flag(true),
  preserve_original: flag(false),
  split_on_numerics: flag(true),
  stem_english_possessive: flag(true),
  protected_words: list([]),
  type_table: list([]),
};

export interface Options {
  readonly kinds: Uint8Array;
  readonly onCase: boolean;
  readonly onNumerics: boolean;
  readonly possessive: boolean;
  readonly preserves: boolean;
  readonly joinsAll: boolean;
  readonly protectedWords: ReadonlySet<string>;
  /** Whether parts of a kind are tokens, and whether neighbours of it are joined. */
  generates(kind: number): boolean;
  joins(kind: number): boolean;
}

export function readOptions(settings: PartSettings): Options {
  const is = (name: string): boolean => settings[name] === true;
  const ofKinds = (words: boolean, numbers: boolean) => (kind: number) =>
    (words && (kind & ALPHA) !== 0) || (numbers && (kind & DIGIT) !== 0);
  return {
    kinds: kindsOf(settings['type_table'] as readonly string[]),
    onCase: is('split_on_case_change'),
    onNumerics: is('split_on_numerics'),
    possessive: is('stem_english_possessive'),
    preserves: is('preserve_original'),
    joinsAll: is('catenate_all'),
    protectedWords: new Set(settings['protected_words'] as readonly string[]),
    generates: ofKinds(is('generate_word_parts'), is('generate_number_parts')),
    joins: ofKinds(is('catenate_words'), is('catenate_numbers')),
  };
}
