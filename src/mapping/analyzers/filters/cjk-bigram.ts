import { flag, list } from '../part-settings.ts';
import { type StreamToken, type TokenStream, tokenAt } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

const SCRIPTS: Readonly<Record<string, string>> = {
  han: '<IDEOGRAPHIC>',
  hiragana: '<HIRAGANA>',
  katakana: '<KATAKANA>',
  hangul: '<HANGUL>',
};

/** Each two characters of Chinese, Japanese and Korean that stand side by side become one token. */
export const cjkBigram: FilterSpec = {
  parameters: { ignored_scripts: list([]), output_unigrams: flag(false) },
  build({ ignored_scripts: ignored, output_unigrams: unigrams }) {
    const types = new Set(Object.values(SCRIPTS));
    for (const script of ignored as readonly string[]) types.delete(SCRIPTS[script] ?? '');
    return {
      disablesGraph: unigrams === true,
      filter(stream) {
        let run: StreamToken[] = [];
        let end = 0;
        for (const token of stream.take()) {
          const isCjk = types.has(token.type);
          if (!isCjk || token.start !== end) {
            flush(stream, run, unigrams as boolean);
            run = [];
          }
          if (!isCjk) stream.push(token);
          else {
            addCharacters(run, token);
            end = token.end;
          }
        }
        flush(stream, run, unigrams as boolean);
        return stream;
      },
    };
  },
};

/** Characters of a text that a filter changed have no places of their own. */
function addCharacters(run: StreamToken[], { text, start, end }: StreamToken): void {
  const isOwn = end - start === text.length;
  let at = start;
  for (const character of text) {
    const behind = isOwn ? at + character.length : end;
    run.push(tokenAt(character, isOwn ? at : start, behind, '<SINGLE>'));
    at = behind;
  }
}

function flush(stream: TokenStream, run: readonly StreamToken[], unigrams: boolean): void {
  if (run.length === 1) stream.push(run[0]!);
  if (run.length < 2) return;
  for (let at = 0; at < run.length; at += 1) {
    const first = run[at]!;
    const second = run[at + 1];
    if (unigrams) stream.push(first);
    if (second === undefined) break;
    const both = tokenAt(first.text + second.text, first.start, second.end, '<DOUBLE>');
    if (unigrams) {
      both.increment = 0;
      both.length = 2;
    }
    stream.push(both);
  }
}
