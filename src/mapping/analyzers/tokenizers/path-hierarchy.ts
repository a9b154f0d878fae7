import { badSetting, flag, int, text } from '../part-settings.ts';
import { type TokenStream, tokenAt } from '../token-stream.ts';
import type { TokenizerSpec } from './tokenizer.ts';

/** A path and the paths above it, or with `reverse`, those that end as it does. */
export const pathHierarchy: TokenizerSpec = {
  parameters: {
    delimiter: text('/'),
    replacement: text(),
    skip: int(0),
    buffer_size: int(1024),
    reverse: flag(false),
  },
  build(settings) {
    const delimiter = settings['delimiter'] as string;
    const replacement = (settings['replacement'] ?? delimiter) as string;
    const skip = settings['skip'] as number;
    if (delimiter.length !== 1) throw badSetting('delimiter must be a one char value');
    if (replacement.length !== 1) throw badSetting('replacement must be a one char value');
    if (skip < 0) throw badSetting('skip cannot be negative');
    if ((settings['buffer_size'] as number) < 0) throw badSetting('bufferSize cannot be negative');
    const cut = settings['reverse'] === true ? pathsToEnd : pathsFromStart;
    return {
      tokenize: (source, stream) => cut(source, stream, { delimiter, replacement, skip }),
    };
  },
};

interface Cut {
  readonly delimiter: string;
  readonly replacement: string;
  readonly skip: number;
}

function delimitersIn(source: string, delimiter: string): number[] {
  const found: number[] = [];
  for (let at = source.indexOf(delimiter); at >= 0; at = source.indexOf(delimiter, at + 1))
    found.push(at);
  return found;
}

/** Each ends before a delimiter, or with the text; a delimiter at the end of all belongs to the last path. */
function pathsFromStart(
  source: string,
  stream: TokenStream,
  { delimiter, replacement, skip }: Cut,
): void {
  if (source === '') return;
  const cuts = delimitersIn(source, delimiter);
  const isLed = cuts[0] === 0;
  // The first `skip` parts are no part of any path; a delimiter at the beginning is none.
  const start = skip === 0 ? 0 : (cuts[isLed ? skip : skip - 1] ?? -1);
  if (start < 0) return;
  const ends = [...cuts.filter((at) => at > start), source.length];
  if (source.endsWith(delimiter) && ends.length > 1 && ends.at(-2) === source.length - 1) {
    // What ends with a delimiter is one more path.
    ends.splice(-2, 2, source.length - 1, source.length);
  }
  const path = source.replaceAll(delimiter, () => replacement);
  ends.forEach((end, number) => {
    stream.push({
      ...tokenAt(path.slice(start, end), start, end),
      increment: number === 0 ? 1 : 0,
    });
  });
}

function pathsToEnd(
  source: string,
  stream: TokenStream,
  { delimiter, replacement, skip }: Cut,
): void {
  const places = [0, ...delimitersIn(source, delimiter).map((at) => at + 1)];
  if (places.at(-1)! < source.length) places.push(source.length);
  const last = places.length - 1 - skip;
  const end = places[last];
  if (end === undefined) return;
  const path = source.replaceAll(delimiter, () => replacement);
  for (let at = 0; at < last; at += 1) {
    const start = places[at]!;
    stream.push({ ...tokenAt(path.slice(start, end), start, end), increment: at === 0 ? 1 : 0 });
  }
}
