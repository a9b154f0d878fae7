const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

/** @returns the place of the first byte that is not white space, from `at` on */
export function skipSpace(bytes: Buffer, at: number): number {
  let here = at;
  while (bytes[here]! <= SPACE) here++;
  return here;
}

/** @param at place of the opening quote @returns the place behind the closing one */
export function skipString(bytes: Buffer, at: number): number {
  for (let from = at + 1; ; ) {
    const quote = bytes.indexOf(QUOTE, from);
    if (quote === -1) throw new SyntaxError('a string has no end');
    let backslash = quote - 1;
    while (bytes[backslash] === BACKSLASH) backslash--;
    from = quote + 1;
    if ((quote - backslash) % 2 === 1) return from;
  }
}

/** @param at place where a JSON value begins @returns the place behind it; nothing else is checked */
export function skipValue(bytes: Buffer, at: number): number {
  let depth = 0;
  for (let here = at; here < bytes.length; ) {
    switch (bytes[here]) {
      case QUOTE:
        here = skipString(bytes, here);
        if (depth === 0) return here;
        continue;
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth++;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        // Behind a number or a word that a container ends with.
        if (depth === 0) return here;
        if (--depth === 0) return here + 1;
        break;
      case COMMA:
        if (depth === 0) return here;
    }
    here++;
  }
  throw new SyntaxError('a value has no end');
}

/**
 * Where the elements of a JSON list begin and end.
 * @param at place of its opening bracket
 * @returns pairs of places
 */
export function elementRanges(bytes: Buffer, at = 0): number[] {
  if (bytes[at] !== OPEN_LIST) throw new SyntaxError('a list begins with a bracket');
  const ranges: number[] = [];
  let here = skipSpace(bytes, at + 1);
  while (bytes[here] !== CLOSE_LIST) {
    const end = skipValue(bytes, here);
    ranges.push(here, end);
    here = skipSpace(bytes, end);
    if (bytes[here] === COMMA) here = skipSpace(bytes, here + 1);
    else if (bytes[here] !== CLOSE_LIST) throw new SyntaxError('a list goes on without a comma');
  }
  return ranges;
}
