import { expanded, JavaPattern } from '../java-regexp/java-pattern.ts';
import { badSetting, text } from '../part-settings.ts';
import type { CharFilterSpec } from './char-filter.ts';
import { Filtered } from './filtered.ts';

/** Replaces what a pattern matches. */
export const patternReplace: CharFilterSpec = {
  parameters: { pattern: text(), flags: text(''), replacement: text('') },
  needsSettings: true,
  normalizes: true,
  build(settings) {
    const source = settings['pattern'] as string | undefined;
    if (source === undefined || source === '') {
      throw badSetting('pattern is missing for [pattern_replace] char filter');
    }
    const pattern = new JavaPattern(source, settings['flags'] as string);
    const replacement = pattern.readReplacement(settings['replacement'] as string);
    return {
      filter(given) {
        const filtered = new Filtered();
        const pieces: string[] = [];
        let [from, length, moved] = [0, 0, 0];
        pattern.forEach(given, (found) => {
          const [start, end] = [found[0]!, found[1]!];
          const by = expanded(replacement, given, found);
          const begin = length + start - from;
          pieces.push(given.slice(from, start), by);
          length = begin + by.length;
          from = end;
          const size = end - start;
          if (by.length < size) {
            moved += size - by.length;
            filtered.move(length, moved);
          } else {
            for (let i = size; i < by.length; i += 1) {
              moved -= 1;
              filtered.move(begin + i, moved);
            }
          }
        });
        pieces.push(given.slice(from));
        filtered.text = pieces.join('');
        return filtered;
      },
    };
  },
};
