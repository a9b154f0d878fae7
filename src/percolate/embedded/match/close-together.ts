import type { WordOccurrences } from './words.ts';

/**
 * Whether one place per word can be chosen within a window of `slop`. The window slides over the sorted
 * places; a word that stands twice in the phrase takes two.
 * @param alike words with the same number take places of their own in the text
 */
export function closeTogether(
  places: readonly number[][],
  offsets: readonly number[],
  alike: readonly number[],
  slop: number,
  where: Pick<WordOccurrences, 'spend'>,
): boolean {
  const starts = [...new Set(places.flat())].sort((a, b) => a - b);
  const isRepeated = new Set(alike).size < alike.length;
  return starts.some((low) => {
    const taken = new Set<string>();
    return places.every((found, k) => {
      where.spend(found.length);
      const isFree = (at: number) => !isRepeated || !taken.has(`${alike[k]} ${at + offsets[k]!}`);
      const place = found.find((at) => at >= low && at <= low + slop && isFree(at));
      if (place !== undefined && isRepeated) taken.add(`${alike[k]} ${place + offsets[k]!}`);
      return place !== undefined;
    });
  });
}
