const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Where a text stops being JSON. `JSON.parse` tells it for long texts only, and people need it
 * most for what they typed; this runs on texts that failed, without recursion.
 * @returns UTF-16 position; the length of the text when it ends too early
 */
export function jsonErrorOffset(text: string): number {
  const closers: string[] = [];
  let expected: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'next' = 'value';
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const takeString = (): boolean => {
    const start = at;
    if (text[at] !== '"') return false;
    for (at += 1; at < text.length && text.charCodeAt(at) >= 0x20; ) {
      const char = text[at];
      if (char === '"') {
        at += 1;
        return true;
      }
      if (char !== '\\') at += 1;
      else if (!take(ESCAPE)) return false;
    }
    // A text that ends inside a string is told by where the string began.
    if (at >= text.length) at = start;
    return false;
  };
  for (;;) {
    take(SPACE);
    const char = text[at];
    if (expected === 'next') {
      const closer = closers.at(-1);
      if (closer !== undefined && char === closer) {
        closers.pop();
      } else if (closer !== undefined && char === ',') {
        expected = closer === '}' ? 'key' : 'value';
      } else {
        return at;
      }
      at += 1;
    } else if (expected === 'key' || expected === 'keyOrEnd') {
      if (expected === 'keyOrEnd' && char === '}') {
        expected = 'next';
      } else {
        if (!takeString()) return at;
        take(SPACE);
        if (text[at] !== ':') return at;
        at += 1;
        expected = 'value';
      }
    } else if (char === '{' || char === '[') {
      closers.push(char === '{' ? '}' : ']');
      expected = char === '{' ? 'keyOrEnd' : 'valueOrEnd';
      at += 1;
    } else if (expected === 'valueOrEnd' && char === ']') {
      expected = 'next';
    } else if (takeString() || take(SCALAR)) {
      expected = 'next';
    } else {
      return at;
    }
  }
}
