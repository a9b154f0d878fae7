/** Levenshtein distance: how many characters must be inserted, dropped or replaced. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

/**
 * The known names that a mistyped one may have meant, nearest first.
 * @param most how many to name at most; names that are nothing alike are left out
 */
export function nearest(name: string, known: Iterable<string>, most = 1): string[] {
  const scored: { readonly candidate: string; readonly score: number }[] = [];
  for (const candidate of known) {
    const score = distance(name.toLowerCase(), candidate.toLowerCase());
    if (score <= Math.max(2, Math.ceil(Math.max(name.length, candidate.length) / 2))) {
      scored.push({ candidate, score });
    }
  }
  scored.sort((a, b) => a.score - b.score || a.candidate.localeCompare(b.candidate));
  return scored.slice(0, most).map(({ candidate }) => candidate);
}
