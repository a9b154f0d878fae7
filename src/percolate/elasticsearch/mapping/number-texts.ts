import { childAt, FIELD, type ObjectNode, type PathNode, TEXTUAL_FIELD } from './path-tree.ts';

/** A text is found by its first quote only: on long ones the regular expression would overflow. */
const TOKEN = /["{}[\],:]|-?\d[\d.eE+-]*|[a-z]+/g;

/**
 * The percolator reads documents as numbers and writes them anew before it maps them: `1e3` becomes
 * `1000.0`. Where a field indexes the text of a number, quotes keep it.
 * @param text valid JSON, an object
 */
export function keepNumberTexts(text: string, root: ObjectNode): string {
  /** The node of each open object or array. */
  const open: PathNode[] = [];
  const isArray: boolean[] = [];
  let node: PathNode = root;
  let isKey = false;
  let result = '';
  let copied = 0;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found;
    const { index } = found;
    const first = token[0]!;
    if (first === '"') TOKEN.lastIndex = endOfText(text, index);
    if (first === '{' || first === '[') {
      open.push(node);
      isArray.push(first === '[');
      isKey = first === '{';
    } else if (first === '}' || first === ']') {
      open.pop();
      isArray.pop();
    } else if (first === ',') {
      isKey = !isArray.at(-1);
      if (!isKey) node = open.at(-1)!;
    } else if (first === ':') {
      isKey = false;
    } else if (first === '"' && isKey) {
      const around = open.at(-1)!;
      const key = text.slice(index, TOKEN.lastIndex);
      // What is below a field is below a flattened one, or Elasticsearch refuses it.
      if (around !== TEXTUAL_FIELD) {
        node = typeof around === 'object' ? childAt(around, JSON.parse(key) as string) : FIELD;
      }
    } else if (node === TEXTUAL_FIELD && isRewritten(token)) {
      result += `${text.slice(copied, index)}"${token}"`;
      copied = index + token.length;
    }
  }
  return result + text.slice(copied);
}

/** @returns the place behind the closing quote of the text that begins there */
function endOfText(text: string, from: number): number {
  let quote = text.indexOf('"', from + 1);
  for (; quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let at = quote - 1;
    while (text[at] === '\\') at--;
    // Each pair of backslashes before it is one that is escaped.
    if ((quote - at) % 2 === 1) return quote + 1;
  }
  return text.length;
}

/** Whether the percolator would write a number otherwise: doubles come as Java writes them. */
function isRewritten(token: string): boolean {
  if (!/^-?\d/.test(token)) return false;
  if (/^-?\d+$/.test(token)) return token === '-0';
  const digits = token.replace(/^-?0*|\./g, '').length;
  return !(/^-?(0|[1-9]\d{0,6})\.(0|\d*[1-9])$/.test(token) && digits <= 15 && isPlain(token));
}

/** Java writes smaller numbers with an exponent. */
function isPlain(token: string): boolean {
  const size = Math.abs(Number(token));
  return size === 0 || size >= 1e-3;
}
