import { NAME_RUNS } from './html-name-data.ts';

const SPACES = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SPACE = new RegExp(SPACES);
const RUN_OF_SPACE = new RegExp(`${SPACES}*`, 'y');

/** Attributes whose values may have `<` and `>`, without the `on` before them. */
const EVENTS =
  'abort|blur|change|click|dblclick|error|focus|keydown|keypress|keyup|load|mousedown|mousemove|' +
  'mouseout|mouseover|mouseup|reset|select|submit|unload';
const EVENT = new RegExp(`on(?:${EVENTS})${SPACES}*=${SPACES}*['"]`, 'iy');

export function isHtmlSpace(character: string): boolean {
  return SPACE.test(character);
}

/** Where the white space that begins at the offset ends. */
export function behindSpace(text: string, from: number): number {
  RUN_OF_SPACE.lastIndex = from;
  RUN_OF_SPACE.test(text);
  return RUN_OF_SPACE.lastIndex;
}

/** Behind the quote that opens the value of an event's attribute; -1 where none begins at the offset. */
export function behindEvent(text: string, from: number): number {
  EVENT.lastIndex = from;
  return EVENT.test(text) ? EVENT.lastIndex : -1;
}

/** Where each run of {@link NAME_RUNS} begins. */
let starts: number[] | undefined;

/** 0: no part of a name; 1: may begin one, or go on in it; 2: may only go on. */
function kindOf(codePoint: number): number {
  if (starts === undefined) {
    starts = [0];
    for (const run of NAME_RUNS.split(' ')) starts.push(starts.at(-1)! + Number.parseInt(run, 36));
  }
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= codePoint) low = middle + 1;
    else high = middle;
  }
  return low === starts.length ? 0 : (low - 1) % 3;
}

/** Where the name that begins at the offset ends; the offset itself where none does. */
export function behindName(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.codePointAt(at)!;
    const kind = kindOf(code);
    if (kind === 0 || (kind === 2 && at === from)) break;
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}
