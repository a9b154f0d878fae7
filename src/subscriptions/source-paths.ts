/** Answers that are kept; documents of a kind have the same paths. */
const MAX_KEPT = 1000;

/** Tells of the path of a value whether one of some patterns covers it. */
export interface PathTest {
  /** It is covered, or lies below what is. */
  accepts(path: string): boolean;
  /** Something below it may be covered. */
  mayAcceptBelow(path: string): boolean;
}

/** @param patterns names with `*` for any characters, dots among them */
export function pathTest(patterns: readonly string[]): PathTest {
  const known = new Map<string, { accepts: boolean; below: boolean }>();
  const ask = (path: string) => {
    let answer = known.get(path);
    if (answer === undefined) {
      answer = {
        accepts: patterns.some((pattern) => covers(pattern, path)),
        below: patterns.some((pattern) => mayGoOn(pattern, `${path}.`)),
      };
      if (known.size >= MAX_KEPT) known.clear();
      known.set(path, answer);
    }
    return answer;
  };
  return {
    accepts: (path) => ask(path).accepts,
    mayAcceptBelow: (path) => ask(path).below,
  };
}

/** Whether the pattern takes the whole path, or the path up to a dot: then all below. */
function covers(pattern: string, path: string): boolean {
  let places = closure(pattern, new Set([0]));
  for (const char of path) {
    if (char === '.' && places.has(pattern.length)) return true;
    places = step(pattern, places, char);
    if (places.size === 0) return false;
  }
  return places.has(pattern.length);
}

function mayGoOn(pattern: string, path: string): boolean {
  let places = closure(pattern, new Set([0]));
  for (const char of path) {
    places = step(pattern, places, char);
    if (places.size === 0) return false;
  }
  return true;
}

function step(pattern: string, places: ReadonlySet<number>, char: string): Set<number> {
  const next = new Set<number>();
  for (const place of places) {
    if (pattern[place] === '*') next.add(place);
    else if (pattern[place] === char) next.add(place + 1);
  }
  return closure(pattern, next);
}

/** A star also stands for nothing. */
function closure(pattern: string, places: Set<number>): Set<number> {
  for (const place of places) if (pattern[place] === '*') places.add(place + 1);
  return places;
}
