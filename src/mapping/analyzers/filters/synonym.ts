import { badSetting, flag, list, text, UnsupportedPart } from '../part-settings.ts';
import type { TokenStream } from '../token-stream.ts';
import { pushFlat } from './synonym-flat.ts';
import { pushGraph } from './synonym-graph.ts';
import type { SynonymMap } from './synonym-map.ts';
import { readSynonyms } from './synonym-rules.ts';
import type { FilterSpec } from './token-filter.ts';

/** Words and phrases become others, which stand over the tokens from the first one on. */
export const synonym = synonyms(pushFlat);

/** The same, but each synonym is a way of its own beside the tokens. */
export const synonymGraph = synonyms(pushGraph);

function synonyms(push: (stream: TokenStream, map: SynonymMap) => void): FilterSpec {
  return {
    parameters: {
      synonyms: list(),
      expand: flag(true),
      lenient: flag(false),
      format: text(''),
      updateable: flag(false),
    },
    needsSettings: true,
    build(settings, { before }) {
      // Elasticsearch looks at them where an analyzer has them.
      if (before === undefined) return { filter: (stream) => stream };
      if (settings['updateable'] === true) throw new UnsupportedPart('[updateable]');
      const rules = settings['synonyms'] as readonly string[] | undefined;
      if (rules === undefined) {
        throw badSetting('synonym requires either `synonyms` or `synonyms_path` to be configured');
      }
      const options = {
        format: settings['format'] as string,
        expands: settings['expand'] as boolean,
        isLenient: settings['lenient'] as boolean,
      };
      // Filters that it cannot stand behind are told before bad rules.
      before('');
      const map = readSynonyms(rules, options, before);
      return {
        filter(stream) {
          if (!map.isEmpty) push(stream, map);
          return stream;
        },
      };
    },
  };
}
