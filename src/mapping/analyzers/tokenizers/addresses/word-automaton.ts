import { WORD_BREAK } from '../../../word-break-automaton.ts';
import { BMP_CLASS, CLASSES, wordBreakClass } from '../../../word-break-classes.ts';
import type { Automaton } from './scan.ts';

const { next, accepts } = WORD_BREAK;

/** The rules of words, see `word-break-automaton.ts`. */
export const wordAutomaton: Automaton = {
  step(state, text, at) {
    const code = text.codePointAt(at)!;
    return next[state * CLASSES + (code > 0xffff ? wordBreakClass(code) : BMP_CLASS[code]!)]!;
  },
  leadsOn: () => true,
  ruleOf: (state) => accepts[state]!,
};
