import { EstromError } from '../../../errors.ts';
import { compileRegexp } from '../../../query/regexp/compile-regexp.ts';
import { ALL_OPERATORS, RegexpProblem } from '../../../query/regexp/syntax.ts';
import { TooComplex } from '../../../query/regexp/work.ts';
import { badSetting, type PartSettings, text, UnsupportedPart } from '../part-settings.ts';
import { tokenAt } from '../token-stream.ts';
import { LuceneAutomaton } from './lucene-automaton.ts';
import type { TokenizerSpec } from './tokenizer.ts';

const parameters = { pattern: text('') };

/** Each longest text of one of Lucene's expressions. */
export const simplePattern: TokenizerSpec = {
  parameters,
  build(settings) {
    const automaton = automatonOf(settings);
    return {
      tokenize(source, stream) {
        automaton.begin(source);
        for (let at = 0; at < source.length; ) {
          const end = automaton.longest(at);
          if (end > at) stream.push(tokenAt(source.slice(at, end), at, end));
          // What could have become one at the end hides all that is in it.
          else if (automaton.isAtEnd) return;
          at = end > at ? end : at + sizeAt(source, at);
        }
      },
    };
  },
};

/** What stands between such texts. */
export const simplePatternSplit: TokenizerSpec = {
  parameters,
  build(settings) {
    const automaton = automatonOf(settings);
    return {
      tokenize(source, stream) {
        automaton.begin(source);
        let from = 0;
        const push = (to: number): void => {
          if (to > from) stream.push(tokenAt(source.slice(from, to), from, to));
        };
        for (let at = 0; at < source.length; ) {
          const end = automaton.longest(at);
          if (end > at) {
            push(at);
            from = end;
            at = end;
          } else if (automaton.isAtEnd) break;
          else at += sizeAt(source, at);
        }
        push(source.length);
      },
    };
  },
};

function sizeAt(source: string, at: number): number {
  return source.codePointAt(at)! > 0xffff ? 2 : 1;
}

function automatonOf(settings: PartSettings): LuceneAutomaton {
  const pattern = settings['pattern'] as string;
  try {
    return new LuceneAutomaton(
      compileRegexp({ pattern, flags: ALL_OPERATORS, caseInsensitive: false }),
    );
  } catch (error) {
    if (error instanceof RegexpProblem) throw badSetting(error.message);
    if (error instanceof TooComplex)
      throw new UnsupportedPart(`so complex a pattern as [${pattern}]`);
    if (error instanceof EstromError) throw new UnsupportedPart(`the pattern [${pattern}]`);
    throw error;
  }
}
