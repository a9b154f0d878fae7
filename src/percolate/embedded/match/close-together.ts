import type { WordOccurrences } from './words.ts';

/** A place in a phrase, and what a field has for it. */
export interface Slot {
  readonly offset: number;
  /** One of them is enough; below zero is what is only begun. */
  readonly terms: readonly number[];
  /** Positions less {@link offset}, from the least on, and whose they are. */
  readonly places: number[];
  readonly atoms: number[];
}

/**
 * Whether one place per slot can be chosen within a window of `slop`. The window slides over the sorted
 * places; slots that could have the same word take places of their own in the text.
 */
export function closeTogether(
  given: readonly Slot[],
  slop: number,
  where: Pick<WordOccurrences, 'spend'>,
): boolean {
  const alike = likeness(given, where);
  const isRepeated = new Set(alike).size < alike.length;
  const slots = isRepeated ? mixedRepeats(given, alike) : given;
  if (slots !== given) {
    // There the slots begin wherever they come to be, be it at one place.
    const first = slots.map(({ places }) => places[0] ?? Number.POSITIVE_INFINITY);
    if (Math.max(...first) - Math.min(...first) <= slop) return true;
  }
  const starts = [...new Set(slots.flatMap(({ places }) => places))].sort((a, b) => a - b);
  return starts.some((low) => {
    const taken = new Set<string>();
    return slots.every(({ places, offset }, k) => {
      where.spend(places.length);
      const keyOf = (at: number) => `${alike[k]} ${at + offset}`;
      const place = places.find(
        (at) => at >= low && at <= low + slop && !(isRepeated && taken.has(keyOf(at))),
      );
      if (place !== undefined && isRepeated) taken.add(keyOf(place));
      return place !== undefined;
    });
  });
}

/**
 * As Lucene does, words that a phrase has several times are taken for one and the same where the first places of both are one, and each
 * slot of them passes over as many of its places as there are such slots before it.
 * @param alike changed so
 */
function mixedRepeats(slots: readonly Slot[], alike: number[]): readonly Slot[] {
  const repeated = slots.map((_, k) => alike.indexOf(alike[k]!) !== alike.lastIndexOf(alike[k]!));
  if (slots.some(({ terms }, k) => repeated[k] && (terms.length > 1 || isBegun(terms[0]!)))) {
    return slots;
  }
  const firstOf = ({ places, offset }: Slot) => places[0]! + offset;
  const groups = new Map<number, number[]>();
  slots.forEach((slot, k) => {
    if (!repeated[k]) return;
    const first = firstOf(slot);
    groups.set(first, [...(groups.get(first) ?? []), k]);
  });
  if ([...groups.values()].every((group) => new Set(group.map((k) => alike[k])).size === 1))
    return slots;
  const own = [...slots];
  for (const group of groups.values()) {
    const number = alike[group[0]!]!;
    group.forEach((k, before) => {
      alike[k] = number;
      own[k] = { ...slots[k]!, places: slots[k]!.places.slice(before) };
    });
  }
  return own;
}

/** The same number for slots with a word in common, by way of others too. */
function likeness(slots: readonly Slot[], where: Pick<WordOccurrences, 'spend'>): number[] {
  const alike = slots.map((_, number) => number);
  slots.forEach((slot, number) => {
    for (let before = 0; before < number; before += 1) {
      if (!isAlike(slot, slots[before]!, where)) continue;
      const [from, to] = [alike[number]!, alike[before]!];
      alike.forEach((one, i) => {
        if (one === from) alike[i] = to;
      });
    }
  });
  return alike;
}

function isAlike(a: Slot, b: Slot, where: Pick<WordOccurrences, 'spend'>): boolean {
  if (a.terms.some((term) => b.terms.includes(term))) return true;
  // What is begun may be any word of the field.
  if (!a.terms.some(isBegun) && !b.terms.some(isBegun)) return false;
  where.spend(a.atoms.length + b.atoms.length);
  const atoms = new Set(b.atoms);
  return a.atoms.some((atom) => atoms.has(atom));
}

const isBegun = (term: number): boolean => term < 0;
