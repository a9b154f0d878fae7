import { behindSpace } from './html-names.ts';

const COMMAND = '<!--#';

/** Where a comment whose text begins at the offset ends; the text's end where it does not end. */
export function behindComment(text: string, from: number): number {
  const marks = /-->|<!--#/g;
  marks.lastIndex = from;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    if (found[0] !== COMMAND) return marks.lastIndex;
    marks.lastIndex = behindCommand(text, marks.lastIndex);
  }
  return text.length;
}

/** The end tag of a script or a style whose content begins at the offset: the text's end twice where there is none. */
export function hiddenEnd(
  text: string,
  name: string,
  from: number,
): readonly [begin: number, end: number] {
  const marks = /<!--|<\//g;
  marks.lastIndex = from;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    if (found[0] === '<!--') marks.lastIndex = behindQuoting(text, marks.lastIndex, COMMAND);
    else {
      const begin = behindSpace(text, marks.lastIndex);
      if (text.slice(begin, begin + name.length).toLowerCase() !== name) continue;
      const close = behindSpace(text, begin + name.length);
      if (text[close] === '>') return [found.index, close + 1];
    }
  }
  return [text.length, text.length];
}

/** Behind the `-->` of an included command. */
function behindCommand(text: string, from: number): number {
  return behindQuoting(text, from, undefined);
}

/** Behind a `-->` that stands neither in quotes nor, where `command` begins one, in a command. */
function behindQuoting(text: string, from: number, command: string | undefined): number {
  const marks = command === undefined ? /-->|['"]/g : /-->|['"]|<!--#/g;
  marks.lastIndex = from;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [mark] = found;
    if (mark === '-->') return marks.lastIndex;
    marks.lastIndex =
      mark === COMMAND
        ? behindCommand(text, marks.lastIndex)
        : behindQuote(text, marks.lastIndex, mark);
  }
  return text.length;
}

/** Behind a quote; one behind a backslash does not count. */
function behindQuote(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return text.length;
}
