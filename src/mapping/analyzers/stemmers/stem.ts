/** A word's stem. Words are in lower case, and UTF-16 units count as letters, as they do in Lucene. */
export type Stem = (word: string) => string;

/** Endings that go: from words with more than `over` units, `cut` units, where one of `endings` is found. */
export type Cut = readonly [over: number, cut: number, endings: readonly string[]];

/** The rows of a table of cuts: `[over, cut, 'endings between spaces']`. */
export function cuts(rows: readonly (readonly [number, number, string])[]): readonly Cut[] {
  return rows.map(([over, cut, endings]) => [over, cut, endings.split(' ')]);
}

/** Cuts the word by the first row that fits. */
export function cutEnd(word: string, rows: readonly Cut[]): string {
  for (const [over, cut, endings] of rows) {
    if (word.length > over && endsWithAny(word, endings)) return word.slice(0, -cut);
  }
  return word;
}

export function endsWithAny(word: string, endings: readonly string[]): boolean {
  for (const ending of endings) if (word.endsWith(ending)) return true;
  return false;
}

/** The longest of the endings that the word has; null if it has none. */
export function longestEnd(
  word: string,
  endings: { has(ending: string): boolean },
  longest: number,
): string | null {
  for (let length = Math.min(longest, word.length); length > 0; length -= 1) {
    const ending = word.slice(-length);
    if (endings.has(ending)) return ending;
  }
  return null;
}

/** Replaces single units: `folding('àá a, è e')`. */
export function folding(rules: string): Stem {
  const plain = new Map<string, string>();
  for (const rule of rules.split(', ')) {
    const [letters, letter] = rule.split(' ');
    for (const each of letters!) plain.set(each, letter!);
  }
  const pattern = new RegExp(`[${[...plain.keys()].join('')}]`, 'g');
  return (word) => word.replace(pattern, (letter) => plain.get(letter)!);
}
