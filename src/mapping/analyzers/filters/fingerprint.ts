import { badSetting, int, text } from '../part-settings.ts';
import { tokenAt } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

/** One token of all that there are: sorted, each once. */
export const fingerprint: FilterSpec = {
  parameters: { separator: text(' '), max_output_size: int(255) },
  build(settings) {
    const separator = settings['separator'] as string;
    const most = settings['max_output_size'] as number;
    if (separator.length !== 1) {
      throw badSetting(
        `Setting [separator] must be a single, non-null character. [${separator}] was provided.`,
      );
    }
    return {
      filter(stream) {
        const words = [...new Set(stream.take().map((token) => token.text))];
        const size = words.reduce((sum, word) => sum + word.length, words.length - 1);
        // Lucene leaves the increment of its one token standing, even where there is none.
        stream.rest = 1;
        if (words.length > 0 && size <= most) {
          // By UTF-16 units, as JavaScript sorts.
          stream.push(tokenAt(words.sort().join(separator), 0, stream.end, 'fingerprint'));
        }
        return stream;
      },
    };
  },
};
