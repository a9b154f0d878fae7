/**
 * Corners of a ring as Elasticsearch keeps them: without repeated ones and those between others on a meridian; the first one
 * stays. A corner that is repeated below one that is straight above it is lost altogether.
 * @param ring without its last point: longitude, latitude, longitude, …
 */
export function keptCorners(ring: readonly number[]): number[] {
  const kept = [ring[0]!, ring[1]!];
  for (let i = 1; i < ring.length / 2; i++) {
    const isKept = !isRepeated(ring, i) && !isBetween(ring, i);
    if (isKept) kept.push(ring[2 * i]!, ring[2 * i + 1]!);
  }
  return kept;
}

/** Whether Elasticsearch refuses a ring of which these corners are left. */
export function isDegenerate(kept: readonly number[]): boolean {
  return kept.length < 6 || (kept.at(-2) === kept[0] && kept.at(-1) === kept[1]);
}

/** Whether a corner is lost that is no other's repetition, and not between others. */
export function losesCorner(ring: readonly number[]): boolean {
  for (let i = 1; i + 1 < ring.length / 2; i++) {
    if (isRepeated(ring, i + 1) && isBetween(ring, i)) return true;
  }
  return false;
}

/** The same ring without corners that follow on themselves. */
export function withoutRepeats(ring: readonly number[]): number[] {
  return ring.filter((_, at) => at < 2 || !isRepeated(ring, at >> 1));
}

function isRepeated(ring: readonly number[], i: number): boolean {
  return ring[2 * i] === ring[2 * i - 2] && ring[2 * i + 1] === ring[2 * i - 1];
}

/** Whether its neighbours are on its meridian, one of them above it and the other not. */
function isBetween(ring: readonly number[], i: number): boolean {
  const [x, y] = [ring[2 * i]!, ring[2 * i + 1]!];
  const next = (2 * i + 2) % ring.length;
  if (x !== ring[2 * i - 2] || x !== ring[next]) return false;
  return ring[2 * i - 1]! > y !== ring[next + 1]! > y;
}
