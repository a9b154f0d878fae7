import { unescaped } from '../escapes.ts';
import { badSetting, list } from '../part-settings.ts';
import type { CharFilterSpec } from './char-filter.ts';
import { Filtered } from './filtered.ts';

/** Replaces texts: at each place the longest that begins there. */
export const mapping: CharFilterSpec = {
  parameters: { mappings: list() },
  needsSettings: true,
  normalizes: true,
  build({ mappings }) {
    if (mappings === undefined) {
      throw badSetting('mapping requires either `mappings` or `mappings_path` to be configured');
    }
    const table = readMappings(mappings as readonly string[]);
    return { filter: (text) => replaceAll(text, table) };
  },
};

/** By first unit, the longest text first. */
type Mappings = ReadonlyMap<string, readonly (readonly [text: string, by: string])[]>;

function readMappings(rules: readonly string[]): Mappings {
  const all = new Map<string, string>();
  for (const rule of rules) {
    const [, left, right] = /(.*)\s*=>\s*(.*)\s*$/.exec(rule) ?? [];
    if (left === undefined) throw badSetting(`Invalid Mapping Rule : [${rule}]`);
    const text = unescaped(left.trim());
    if (text === '') throw badSetting('cannot match the empty string');
    if (all.has(text)) throw badSetting(`match "${text}" is already added`);
    all.set(text, unescaped(right!.trim()));
  }
  const byFirst = Map.groupBy(all, ([text]) => text[0]!);
  for (const entries of byFirst.values()) entries.sort((a, b) => b[0].length - a[0].length);
  return byFirst;
}

function replaceAll(text: string, mappings: Mappings): Filtered {
  const filtered = new Filtered();
  const pieces: string[] = [];
  let [from, at] = [0, 0];
  while (at < text.length) {
    const found = mappings.get(text[at]!)?.find(([key]) => text.startsWith(key, at));
    if (found === undefined) {
      at += 1;
      continue;
    }
    const [key, by] = found;
    pieces.push(text.slice(from, at), by);
    at += key.length;
    from = at;
    const moved = filtered.moved;
    const less = key.length - by.length;
    if (less > 0) filtered.move(at - less - moved, moved + less);
    else for (let i = 0; i < -less; i += 1) filtered.move(at - moved + i, moved - i - 1);
  }
  pieces.push(text.slice(from));
  filtered.text = pieces.join('');
  return filtered;
}
