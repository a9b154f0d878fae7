/** A leaf of a document: its path with dots, and its value (a scalar, or an array as it is). */
export type Field = readonly [path: string, value: unknown];

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number that JavaScript cannot hold exactly is kept as a bigint. */
export function parseExactly(json: string): unknown {
  if (!/\d{16}/.test(json)) return JSON.parse(json);
  // TypeScript's library does not know the third argument yet.
  const exact = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context?.source ?? '';
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  };
  return JSON.parse(json, exact);
}

/** The leaves of a document in its own order; empty objects have none. */
export function flatten(source: unknown): Field[] {
  const fields: Field[] = [];
  collect(source, '', fields);
  return fields;
}

function collect(value: unknown, path: string, fields: Field[]): void {
  if (!isObject(value)) {
    fields.push([path, value]);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    collect(member, path === '' ? name : `${path}.${name}`, fields);
  }
}

/** What the leaf, or the object of leaves below the path, is in the document; undefined if nothing is. */
export function valueAt(fields: readonly Field[], path: string): unknown {
  const found = fields.find(([name]) => name === path);
  if (found !== undefined) return found[1];
  const below = fields.filter(([name]) => name.startsWith(`${path}.`));
  if (below.length === 0) return undefined;
  return Object.fromEntries(below.map(([name, value]) => [name.slice(path.length + 1), value]));
}

/**
 * The value on one line: plain when it is one word, else quoted as JSON. Control characters are
 * always escaped: a document must not be able to steer the terminal.
 */
export function showValue(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"'=[\]{},]+$/.test(value)) return escapeControls(value);
  if (typeof value === 'bigint') return String(value);
  const replacer = (_key: string, member: unknown): unknown =>
    typeof member === 'bigint' ? String(member) : member;
  return escapeControls(JSON.stringify(value, replacer));
}

/** Text as it is, over several lines if it has them, but nothing that steers the terminal. */
export function showText(text: string): string {
  return escapeControls(text.replaceAll(/\r\n?/g, '\n').trimEnd()).replaceAll('\n', '\n    ');
}

/** C0 but tab and newline, DEL, C1, and what turns the writing direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function escapeControls(text: string): string {
  return text.replaceAll(
    CONTROLS,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
