import { flag } from '../part-settings.ts';
import type { StreamToken } from '../token-stream.ts';
import { FOLDED } from './folding-data.ts';
import type { FilterSpec } from './token-filter.ts';

const FOLDS: ReadonlyMap<string, string> = new Map(
  FOLDED.flatMap(([ascii, characters]) => [...characters].map((one) => [one, ascii] as const)),
);

const OTHER = /[^\0-\x7f]/;
const OTHERS = /[^\0-\x7f]/g;

/** ASCII for letters, digits and marks that look like it; all others stay. */
export function fold(text: string): string {
  return OTHER.test(text) ? text.replaceAll(OTHERS, (one) => FOLDS.get(one) ?? one) : text;
}

export const asciifolding: FilterSpec = {
  parameters: { preserve_original: flag(false) },
  normalizes: () => ({ preserve_original: false }),
  build({ preserve_original: preserves }) {
    return {
      filter(stream) {
        for (const token of stream.take()) {
          const { text } = token;
          if (OTHER.test(text)) token.text = fold(text);
          stream.push(token);
          if (preserves === true && token.text !== text) stream.push(beside(token, text));
        }
        return stream;
      },
    };
  },
};

/** Another text for a token, at its position. */
export function beside(token: StreamToken, text: string): StreamToken {
  return { ...token, text, increment: 0 };
}
