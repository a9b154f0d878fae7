/** One pattern: `items.*.error` is `['items', '*', 'error']`. */
type Pattern = readonly string[];

interface State {
  readonly pattern: Pattern;
  readonly at: number;
}

/**
 * Elasticsearch's `filter_path`: which members of an answer are kept. Patterns are separated by
 * commas; `*` stands for any part of a name, `**` for any number of levels, `-` in front excludes.
 * Lists are looked through; what becomes empty goes.
 */
export class FilterPath {
  readonly #includes: readonly State[];
  readonly #excludes: readonly State[];

  private constructor(patterns: readonly string[]) {
    const states = (chosen: readonly string[]): State[] =>
      chosen.map((text) => ({ pattern: text.split('.'), at: 0 }));
    this.#includes = states(patterns.filter((text) => !text.startsWith('-')));
    this.#excludes = states(patterns.filter((text) => text.startsWith('-')).map((t) => t.slice(1)));
  }

  /** @param text the parameter, percent-decoded; @returns null when it asks for nothing */
  static parse(text: string | undefined): FilterPath | null {
    const patterns = (text ?? '').split(',').flatMap((part) => part.trim() || []);
    return patterns.length === 0 ? null : new FilterPath(patterns);
  }

  /** @returns what is left of a JSON value, or undefined */
  apply(value: unknown): unknown {
    const kept = this.#includes.length === 0 ? value : include(value, this.#includes);
    return kept === undefined || this.#excludes.length === 0 ? kept : exclude(kept, this.#excludes);
  }
}

function include(value: unknown, states: readonly State[]): unknown {
  return descend(value, states, (child, next, matched) => {
    if (matched) return child;
    return next.length > 0 ? include(child, next) : undefined;
  });
}

function exclude(value: unknown, states: readonly State[]): unknown {
  return descend(value, states, (child, next, matched) => {
    if (matched) return undefined;
    return next.length > 0 && isContainer(child) ? exclude(child, next) : child;
  });
}

function descend(
  value: unknown,
  states: readonly State[],
  choose: (child: unknown, next: State[], matched: boolean) => unknown,
): unknown {
  if (Array.isArray(value)) {
    const kept = value.flatMap((element) => {
      const left = descend(element, states, choose);
      return left === undefined ? [] : [left];
    });
    return kept.length === 0 ? undefined : kept;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    const next: State[] = [];
    let matched = false;
    for (const state of states) matched = step(state, key, next) || matched;
    const left = choose(child, next, matched);
    if (left !== undefined) kept[key] = left;
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** Adds where the pattern may go on below `key`. @returns whether it ends there */
function step({ pattern, at }: State, key: string, next: State[]): boolean {
  const segment = pattern[at];
  if (segment === undefined) return false;
  if (segment === '**') {
    next.push({ pattern, at });
    return at + 1 === pattern.length || step({ pattern, at: at + 1 }, key, next);
  }
  if (!matchesName(segment, key)) return false;
  if (at + 1 === pattern.length) return true;
  next.push({ pattern, at: at + 1 });
  return false;
}

/** `*` in the segment stands for any characters. Linear: the parts are looked for one by one. */
function matchesName(segment: string, key: string): boolean {
  const parts = segment.split('*');
  const first = parts[0]!;
  if (parts.length === 1) return segment === key;
  const last = parts.at(-1)!;
  if (key.length < first.length + last.length) return false;
  if (!key.startsWith(first) || !key.endsWith(last)) return false;
  let from = first.length;
  const end = key.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const at = key.indexOf(part, from);
    if (at < 0 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
