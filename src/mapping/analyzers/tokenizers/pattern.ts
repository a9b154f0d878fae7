import { JavaPattern } from '../java-regexp/java-pattern.ts';
import { badSetting, int, text } from '../part-settings.ts';
import { type TokenStream, tokenAt } from '../token-stream.ts';
import type { TokenizerSpec } from './tokenizer.ts';

/** What stands between matches of a pattern, or a group of each match. */
export const pattern: TokenizerSpec = {
  parameters: { pattern: text('\\W+'), flags: text(''), group: int(-1) },
  build(settings) {
    const matcher = new JavaPattern(settings['pattern'] as string, settings['flags'] as string);
    const group = settings['group'] as number;
    if (group > matcher.groups)
      throw badSetting(
        `invalid group specified: pattern only has: ${matcher.groups} capturing groups`,
      );
    if (group < 0) return { tokenize: (source, stream) => splitBy(matcher, source, stream) };
    return {
      tokenize(source, stream) {
        matcher.forEach(source, (found) => {
          const [start, end] = [found[group * 2]!, found[group * 2 + 1]!];
          if (end > start) stream.push(tokenAt(source.slice(start, end), start, end));
        });
      },
    };
  },
};

/** Pushes what stands between the matches. */
export function splitBy(matcher: JavaPattern, source: string, stream: TokenStream): void {
  let from = 0;
  const push = (end: number): void => {
    if (end > from) stream.push(tokenAt(source.slice(from, end), from, end));
  };
  matcher.forEach(source, (found) => {
    push(found[0]!);
    from = found[1]!;
  });
  push(source.length);
}
