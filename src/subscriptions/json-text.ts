/** Where a value is in a JSON text. */
export interface TextRange {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

/**
 * The members of an object by name, of those with one name the last, as `JSON.parse` has it.
 * @param json valid JSON, characters or bytes as latin1 (then names are not those of other scripts)
 * @param at place of the opening brace, behind any white space
 */
export function membersOf(json: string, at = 0): Map<string, TextRange> {
  const members = new Map<string, TextRange>();
  eachEntry(json, skipSpace(json, at), CLOSE_OBJECT, (start) => {
    const nameEnd = skipText(json, start);
    const valueStart = skipSpace(json, skipSpace(json, nameEnd) + 1);
    const end = skipValue(json, valueStart);
    members.set(nameOf(json, start, nameEnd), { start: valueStart, end });
    return end;
  });
  return members;
}

/** The items of a list. @param json valid JSON @param at place of the opening bracket */
export function itemsOf(json: string, at = 0): TextRange[] {
  const items: TextRange[] = [];
  eachEntry(json, skipSpace(json, at), CLOSE_LIST, (start) => {
    const end = skipValue(json, start);
    items.push({ start, end });
    return end;
  });
  return items;
}

/**
 * The texts of the values at a path such as `object.document`, as they are written: numbers keep all their
 * digits. As `valuesAt` has it, lists on the way stand for their items, and null for nothing.
 * @param json valid JSON
 */
export function jsonTextsAt(json: string, path: readonly string[]): string[] {
  let found: number[] = [skipSpace(json, 0)];
  for (const name of path) {
    found = found.flatMap((at) => {
      const isList = json.charCodeAt(at) === OPEN_LIST;
      const objects = isList ? itemsOf(json, at).map(({ start }) => start) : [at];
      return objects.flatMap((start) => {
        if (json.charCodeAt(start) !== OPEN_OBJECT) return [];
        const member = membersOf(json, start).get(name);
        return member === undefined ? [] : [member.start];
      });
    });
  }
  const texts = found.map((at) => json.slice(at, skipValue(json, at)).trimEnd());
  return texts.filter((text) => text !== 'null');
}

/** @param see is told where an entry begins, and returns the place behind it */
function eachEntry(json: string, open: number, close: number, see: (at: number) => number): void {
  for (let at = skipSpace(json, open + 1); json.charCodeAt(at) !== close; ) {
    at = skipSpace(json, see(at));
    if (json.charCodeAt(at) === COMMA) at = skipSpace(json, at + 1);
    else if (json.charCodeAt(at) !== close)
      throw new SyntaxError('a value is followed by no comma');
  }
}

function nameOf(json: string, start: number, end: number): string {
  const name = json.slice(start + 1, end - 1);
  return name.includes('\\') ? (JSON.parse(json.slice(start, end)) as string) : name;
}

export function skipSpace(json: string, at: number): number {
  let here = at;
  while (json.charCodeAt(here) <= SPACE) here++;
  return here;
}

/** @param at place of the opening quote @returns the place behind the closing one */
export function skipText(json: string, at: number): number {
  for (let from = at + 1; ; ) {
    const quote = json.indexOf('"', from);
    if (quote === -1) throw new SyntaxError('a text does not end');
    let before = quote - 1;
    while (json.charCodeAt(before) === BACKSLASH) before--;
    from = quote + 1;
    if ((quote - before) % 2 === 1) return from;
  }
}

/** @returns the place behind the value; numbers and words may have white space behind them */
export function skipValue(json: string, at: number): number {
  let depth = 0;
  for (let here = at; here < json.length; ) {
    switch (json.charCodeAt(here)) {
      case QUOTE:
        here = skipText(json, here);
        if (depth === 0) return here;
        continue;
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth++;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        // Behind a number or a word that its container ends with.
        if (depth === 0) return here;
        if (--depth === 0) return here + 1;
        break;
      case COMMA:
        if (depth === 0) return here;
    }
    here++;
  }
  if (depth === 0) return json.length;
  throw new SyntaxError('a value does not end');
}
