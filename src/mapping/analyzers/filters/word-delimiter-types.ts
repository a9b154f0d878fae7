import { BMP_KINDS } from '../characters.ts';
import { unescaped } from '../escapes.ts';
import { badSetting } from '../part-settings.ts';
import { OPEN_RUNS } from '../unassigned-data.ts';

/** Kinds of characters to the word delimiter filters, as bits. */
export const LOWER = 1;
export const UPPER = 2;
export const DIGIT = 4;
export const DELIMITER = 8;
export const ALPHA = LOWER | UPPER;
export const ALPHANUM = ALPHA | DIGIT;

const NAMES: Readonly<Record<string, number>> = {
  LOWER,
  UPPER,
  ALPHA,
  DIGIT,
  ALPHANUM,
  SUBWORD_DELIM: DELIMITER,
};

let usual: Uint8Array | undefined;

/** By UTF-16 unit. */
function usualKinds(): Uint8Array {
  if (usual !== undefined) return usual;
  const kinds = new Uint8Array(BMP_KINDS.length).fill(DELIMITER);
  for (let code = 0; code < kinds.length; code += 1) kinds[code] = kindOf(code);
  let at = 0;
  OPEN_RUNS.trim()
    .split(' ')
    .forEach((run, number) => {
      const end = at + Number.parseInt(run, 36);
      if (number % 2 === 1) kinds.fill(DELIMITER, at, end);
      at = end;
    });
  usual = kinds;
  return kinds;
}

function kindOf(code: number): number {
  // Halves of characters are not split from one another.
  if (code >= 0xd800 && code < 0xe000) return ALPHA | DIGIT;
  const character = String.fromCharCode(code);
  if (/\p{Lu}/u.test(character)) return UPPER;
  if (/[\p{Ll}\u0295]/u.test(character)) return LOWER;
  if (/[\p{L}\p{M}]/u.test(character)) return ALPHA;
  return /\p{N}/u.test(character) ? DIGIT : DELIMITER;
}

/**
 * Kinds of characters by UTF-16 unit.
 * @param rules such as `# => ALPHA`, which change some
 */
export function kindsOf(rules: readonly string[]): Uint8Array {
  const kinds = usualKinds().slice();
  if (rules.length === 0) {
    // Lucene's own table for the first 256 knows no other numbers than digits.
    for (const code of [0xaa, 0xba]) kinds[code] = LOWER;
    for (const code of [0xb2, 0xb3, 0xb9, 0xbc, 0xbd, 0xbe]) kinds[code] = DELIMITER;
    return kinds;
  }
  const own = new Map<number, number>();
  for (const rule of rules) {
    const [, left, right] = /^(.*)\s*=>\s*(.*)\s*$/.exec(rule) ?? [];
    if (left === undefined) throw badSetting(`Invalid Mapping Rule : [${rule}]`);
    const character = unescaped(left.trim());
    const kind = Object.hasOwn(NAMES, right!.trim()) ? NAMES[right!.trim()]! : undefined;
    if (character.length !== 1) {
      throw badSetting(`Invalid Mapping Rule : [${rule}]. Only a single character is allowed.`);
    }
    if (kind === undefined) throw badSetting(`Invalid Mapping Rule : [${rule}]. Illegal type.`);
    own.set(character.charCodeAt(0), kind);
  }
  for (const [code, kind] of own) kinds[code] = kind;
  return kinds;
}
