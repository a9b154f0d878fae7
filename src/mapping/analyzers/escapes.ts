import { badSetting } from './part-settings.ts';

/** What a letter behind a backslash stands for in settings of analysis. */
export const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
};

/** As rules write characters: `\n`, `\u0020`. */
export function unescaped(text: string): string {
  let read = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (character !== '\\') {
      read += character;
      continue;
    }
    at += 1;
    const escaped = text[at];
    if (escaped === undefined) throw badSetting(`Invalid escaped char in [${text}]`);
    if (escaped === 'u') {
      const code = /^[0-9a-fA-F]{4}/.exec(text.slice(at + 1))?.[0];
      if (code === undefined) throw badSetting(`Invalid escaped char in [${text}]`);
      read += String.fromCharCode(Number.parseInt(code, 16));
      at += 4;
    } else read += ESCAPES[escaped] ?? escaped;
  }
  return read;
}
