import { escapeWildcard } from '../../../query/query-string/query-string-text.ts';
import { partsOf } from '../segments/pattern-parts.ts';

const encoder = new TextEncoder();

/**
 * Wildcard patterns of which every text matches one that is within one or two edits of `text`: presearch
 * finds it by their literals. Cut into one piece more than there are edits, one piece at least stays as it
 * is, unless two neighbours of different pieces changed places: that is a pattern of its own.
 *
 * The first piece may be asked for at the very start (and the last at the end): if it stays but is moved by
 * something before it, an edit is spent there, and so another piece stays too.
 * @param prefixLength characters that no edit touches
 */
export function fuzzyOutlines(text: string, edits: number, prefixLength: number): string[] {
  const codes = [...text];
  const prefix = codes.slice(0, prefixLength).join('');
  const rest = codes.slice(prefixLength);
  if (rest.length <= edits) return [`${escapeWildcard(prefix)}*`];
  let best: string[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const pieces of divisions(rest, edits + 1)) {
    const outlines = edits === 1 ? ofTwo(prefix, pieces) : ofThree(prefix, pieces);
    const cost = outlines.reduce((sum, outline) => sum + costOf(outline), 0);
    if (cost >= least) continue;
    least = cost;
    best = outlines;
  }
  return best;
}

type Pieces = readonly (readonly string[])[];

function ofTwo(prefix: string, [first, second]: Pieces): string[] {
  return [
    pattern(prefix, first!, '*'),
    pattern(prefix, '*', second!),
    pattern(prefix, swapped(first!, second!)),
  ];
}

function ofThree(prefix: string, [first, second, third]: Pieces): string[] {
  const both = swapped(swapped(first!, second!), third!);
  return [
    pattern(prefix, first!, '*'),
    pattern(prefix, '*', second!, '*'),
    pattern(prefix, '*', third!),
    pattern(prefix, swapped(first!, second!), '*'),
    pattern(prefix, '*', swapped(second!, third!)),
    pattern(prefix, both),
  ];
}

/** Both pieces, with the neighbours at their border in each other's place. */
function swapped(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...one.slice(0, -1), other[0]!, one.at(-1)!, ...other.slice(1)];
}

function pattern(prefix: string, ...parts: readonly ('*' | readonly string[])[]): string {
  const texts = parts.map((part) => (part === '*' ? part : escapeWildcard(part.join(''))));
  return escapeWildcard(prefix) + texts.join('');
}

/** Beyond so many characters pieces are of equal length, and long enough. */
const LONG = 24;

/** The ways to cut a text into so many pieces. */
function* divisions(codes: readonly string[], count: number): Generator<Pieces> {
  const { length } = codes;
  if (length > LONG) {
    const size = Math.floor(length / count);
    yield Array.from({ length: count }, (_, i) =>
      codes.slice(i * size, i === count - 1 ? length : (i + 1) * size),
    );
    return;
  }
  if (count === 1) {
    yield [codes];
    return;
  }
  for (let first = 1; first <= length - count + 1; first++) {
    for (const others of divisions(codes.slice(first), count - 1)) {
      yield [codes.slice(0, first), ...others];
    }
  }
}

/** Of the cheapest literal of a pattern. */
function costOf(outline: string): number {
  const costs = partsOf(encoder.encode(outline)).parts.map(({ cost }) => cost);
  return Math.min(1e9, ...costs);
}
