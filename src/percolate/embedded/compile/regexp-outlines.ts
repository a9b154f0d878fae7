import { escapeWildcard } from '../../../query/query-string/query-string-text.ts';
import { type CodeRange, parseRegexp, type RegexpNode } from '../../../query/regexp/syntax.ts';

/** A wildcard pattern in the making: characters, ANY one, or SOME of them. */
type Outline = readonly number[];
const ANY = -1;
const SOME = -2;

/** Most patterns for one expression: each costs a posting. */
const MOST = 24;
/** A set of so many characters is written out. */
const FEW = 4;
/** What follows tells no more. */
const LONGEST = 48;

const EMPTY: readonly Outline[] = [[]];
const OPEN: readonly Outline[] = [[SOME]];

/**
 * Wildcard patterns of which every text of a regular expression matches one: presearch finds the
 * expression by their literals. None when no text matches. They may let others through.
 * @param caseless both cases of ASCII letters match; the patterns are in lower case then
 */
export function regexpOutlines(pattern: string, flags: number, caseless: boolean): string[] {
  const found = outlinesOf(parseRegexp(pattern, flags, caseless));
  const texts = found.map((outline) => textOf(caseless ? outline.map(lowered) : outline));
  return [...new Set(texts)];
}

function outlinesOf(node: RegexpNode): readonly Outline[] {
  switch (node.kind) {
    case 'text':
      return [cut(node.codes)];
    case 'set':
      return ofSet(node.ranges);
    case 'anything':
    case 'complement':
      return OPEN;
    case 'nothing':
      return [];
    case 'concat':
      return node.parts.map(outlinesOf).reduce(joined, EMPTY);
    case 'union':
      return ofUnion(node.parts.map(outlinesOf));
    case 'intersection':
      return node.parts
        .map(outlinesOf)
        .reduce((one, other) => (tells(one) >= tells(other) ? one : other));
    case 'repeat':
      return ofRepeat(node.part, node.least, node.most);
  }
}

function ofSet(ranges: readonly CodeRange[]): readonly Outline[] {
  const count = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (count > FEW) return [[ANY]];
  return ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, i) => [from + i]),
  );
}

function ofUnion(parts: readonly (readonly Outline[])[]): readonly Outline[] {
  const all = parts.flat();
  if (all.length <= MOST) return all;
  return [[...sharedStart(all), SOME]];
}

function ofRepeat(part: RegexpNode, least: number, most: number | null): readonly Outline[] {
  if (most !== null && most < least) return [];
  if (most === 0) return EMPTY;
  const inner = outlinesOf(part);
  if (least === 0) {
    if (most !== 1) return inner.length === 0 ? EMPTY : OPEN;
    return inner.length < MOST ? [...inner, []] : OPEN;
  }
  let outlines = inner;
  const times = Math.min(least, 8);
  for (let time = 1; time < times; time++) outlines = joined(outlines, inner);
  return times === most ? outlines : joined(outlines, OPEN);
}

/** Each of the one with each of the other behind it; where that were too many, the weaker ones become open. */
function joined(one: readonly Outline[], other: readonly Outline[]): readonly Outline[] {
  if (one.length === 0 || other.length === 0) return [];
  if (one.length * other.length > MOST) {
    return tells(one) >= tells(other) ? joined(one, OPEN) : joined(OPEN, other);
  }
  return one.flatMap((first) => other.map((second) => cut([...first, ...second])));
}

function cut(outline: Outline): Outline {
  return outline.length <= LONGEST ? outline : [...outline.slice(0, LONGEST), SOME];
}

/** How much a list of patterns tells: the longest literal that each of them has. */
function tells(outlines: readonly Outline[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const outline of outlines) {
    let longest = 0;
    let run = 0;
    for (const code of outline) {
      run = code >= 0 ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    least = Math.min(least, longest);
  }
  // Fewer of them are better.
  return least - outlines.length / 100;
}

function sharedStart(outlines: readonly Outline[]): Outline {
  const [first = []] = outlines;
  let length = first.length;
  for (const outline of outlines) {
    let at = 0;
    while (at < length && outline[at] === first[at]) at++;
    length = at;
  }
  return first.slice(0, length);
}

function lowered(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function textOf(outline: Outline): string {
  return outline
    .map((code) => {
      if (code === ANY) return '?';
      return code === SOME ? '*' : escapeWildcard(String.fromCodePoint(code));
    })
    .join('')
    .replaceAll(/(?<!\\)\*+/g, '*');
}
