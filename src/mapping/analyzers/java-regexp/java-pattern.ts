import { badSetting, UnsupportedPart } from '../part-settings.ts';
import { Matcher } from './matcher.ts';
import { parseExpression } from './parse.ts';
import { compileExpression } from './program.ts';
import { BadExpression, type Flags, NO_FLAGS, UnknownSyntax } from './syntax.ts';

const FLAG_NAMES: Readonly<Record<string, keyof Flags>> = {
  CASE_INSENSITIVE: 'caseInsensitive',
  MULTILINE: 'multiline',
  DOTALL: 'dotAll',
  UNICODE_CASE: 'unicodeCase',
  UNIX_LINES: 'unixLines',
  LITERAL: 'literal',
  COMMENTS: 'comments',
};

const OTHER_FLAGS: ReadonlySet<string> = new Set([
  'CANON_EQ',
  'UNICODE_CHAR_CLASS',
  'UNICODE_CHARACTER_CLASS',
]);

/** A part of a replacement: text, or the number of a group. */
type Replacement = readonly (string | number)[];

/** A regular expression in Java's syntax that never goes back over a text. */
export class JavaPattern {
  readonly groups: number;
  readonly #names: ReadonlyMap<string, number>;
  readonly #matcher: Matcher;

  /**
   * @param flags names with `|` between them
   * @throws EstromError BAD_REQUEST for one that Java does not take, {@link UnsupportedPart} for what
   * cannot be matched in one pass
   */
  constructor(source: string, flags = '') {
    try {
      const { root, groups, names } = parseExpression(source, readFlags(flags));
      this.groups = groups;
      this.#names = names;
      this.#matcher = new Matcher(compileExpression(root, groups));
    } catch (error) {
      if (error instanceof BadExpression) throw badSetting(error.message);
      if (error instanceof UnknownSyntax) {
        throw new UnsupportedPart(`${error.message} in the pattern [${source}]`);
      }
      throw error;
    }
  }

  /** Begins with a text. @throws EstromError BAD_DOCUMENT from {@link find} when it takes too long */
  begin(text: string): void {
    this.#matcher.begin(text);
  }

  /** The first match from an offset on: its ends, and those of each group (-1 for none); the array is used again. */
  find(from: number): Int32Array | null {
    return this.#matcher.find(from) ? this.#matcher.found : null;
  }

  /** Where the longest text that begins at the offset ends, which need not be what Java finds; -1 for none. */
  longest(from: number): number {
    return this.#matcher.longest(from);
  }

  /** All matches, one behind the other, as Java's `Matcher.find` finds them. */
  forEach(text: string, visit: (found: Int32Array) => void): void {
    this.begin(text);
    for (let from = 0; from <= text.length; ) {
      const found = this.find(from);
      if (found === null) return;
      const [start, end] = [found[0]!, found[1]!];
      visit(found);
      // Java goes on by units.
      from = end > start ? end : end + 1;
    }
  }

  /** @throws EstromError BAD_REQUEST for one with a group that is not there */
  readReplacement(source: string): Replacement {
    const parts: (string | number)[] = [];
    for (let at = 0; at < source.length; at += 1) {
      const character = source[at]!;
      if (character === '\\') {
        at += 1;
        if (at === source.length) throw badSetting('character to be escaped is missing');
        parts.push(source[at]!);
      } else if (character === '$') {
        const [part, length] = this.#reference(source.slice(at + 1));
        parts.push(part);
        at += length;
      } else parts.push(character);
    }
    return parts;
  }

  #reference(rest: string): readonly [group: number, length: number] {
    const [braced, name] = /^\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(rest) ?? [];
    if (braced !== undefined) {
      const group = this.#names.get(name!);
      if (group === undefined) throw badSetting(`No group with name {${name}}`);
      return [group, braced.length];
    }
    if (!/^\d/.test(rest)) throw badSetting('Illegal group reference');
    let group = Number(rest[0]);
    if (group > this.groups) throw badSetting(`No group ${group}`);
    let length = 1;
    while (/^\d$/.test(rest[length] ?? '') && group * 10 + Number(rest[length]) <= this.groups) {
      group = group * 10 + Number(rest[length]);
      length += 1;
    }
    return [group, length];
  }

  /** @param all false: the first match alone */
  replace(text: string, replacement: Replacement, all = true): string {
    let replaced = '';
    let from = 0;
    let isDone = false;
    this.forEach(text, (found) => {
      if (isDone) return;
      isDone = !all;
      replaced += text.slice(from, found[0]!) + expanded(replacement, text, found);
      from = found[1]!;
    });
    return from === 0 && replaced === '' ? text : replaced + text.slice(from);
  }
}

/** What stands in place of a match. */
export function expanded(parts: Replacement, text: string, found: Int32Array): string {
  let made = '';
  for (const part of parts) {
    if (typeof part === 'string') made += part;
    else if (found[part * 2]! >= 0) made += text.slice(found[part * 2]!, found[part * 2 + 1]!);
  }
  return made;
}

function readFlags(names: string): Flags {
  const flags: Record<string, boolean> = { ...NO_FLAGS };
  for (const name of names.split('|')) {
    const upper = name.trim().toUpperCase();
    if (upper === '') continue;
    if (OTHER_FLAGS.has(upper)) throw new UnsupportedPart(`the flag [${name}] of patterns`);
    const flag = Object.hasOwn(FLAG_NAMES, upper) ? FLAG_NAMES[upper] : undefined;
    if (flag === undefined) throw badSetting(`Unknown regex flag [${name}]`);
    flags[flag] = true;
  }
  return flags as unknown as Flags;
}
