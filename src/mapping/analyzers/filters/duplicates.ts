import { flag } from '../part-settings.ts';
import { beside } from './folding.ts';
import type { FilterSpec, TokenFilter } from './token-filter.ts';

/** Leaves out words that were there before, in the text or at the same position; they leave no gaps. */
export const unique: FilterSpec = {
  parameters: { only_on_same_position: flag(false) },
  build({ only_on_same_position: here }) {
    return {
      filter(stream) {
        const seen = new Set<string>();
        let kept = 0;
        const { tokens } = stream;
        for (const token of tokens) {
          if (here === true && token.increment > 0) seen.clear();
          const isNew = !seen.has(token.text);
          seen.add(token.text);
          if (isNew) tokens[kept++] = token;
        }
        tokens.length = kept;
        return stream;
      },
    };
  },
};

/** Leaves out what stands at its position already. */
export const WITHOUT_DUPLICATES: TokenFilter = unique.build(
  { only_on_same_position: true },
  { filterOf: () => WITHOUT_DUPLICATES, before: undefined },
);

export const removeDuplicates: FilterSpec = { parameters: {}, build: () => WITHOUT_DUPLICATES };

/** Each token twice: as it is, for all filters that follow, and to be stemmed. */
export const keywordRepeat: FilterSpec = {
  parameters: {},
  build: () => ({
    filter(stream) {
      for (const token of stream.take()) {
        const second = beside(token, token.text);
        token.keyword = true;
        stream.push(token);
        second.keyword = false;
        stream.push(second);
      }
      return stream;
    },
  }),
};
