import { list, UnsupportedPart } from '../part-settings.ts';
import type { CharFilterSpec } from './char-filter.ts';

export const htmlStrip: CharFilterSpec = {
  parameters: { escaped_tags: list([]) },
  build() {
    throw new UnsupportedPart('char_filter [html_strip]');
  },
};
