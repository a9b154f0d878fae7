import { childAt, FIELD, type ObjectNode, type PathNode, TEXTUAL_FIELD } from './path-tree.ts';

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]|[a-z]+/g;

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
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const first = token[0]!;
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
      node = typeof around === 'object' ? childAt(around, JSON.parse(token) as string) : FIELD;
    } else if (node === TEXTUAL_FIELD && isRewritten(token)) {
      result += `${text.slice(copied, index)}"${token}"`;
      copied = index + token.length;
    }
  }
  return result + text.slice(copied);
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
