/** Where in a token a part of a pattern has to stand. */
export const AT_START = 0;
export const AT_END = 1;
export const INSIDE = 2;
/** The same in terms whose ASCII letters are taken as lower case: one of these is added. */
export const CASELESS = 3;
/** A whole token, or one without one of its characters: see near-parts.ts. */
export const NEARLY = 6;
export const PLACES = 7;

/** Longer literals are cut: so many bytes tell enough. */
export const MAX_PART = 24;
/** Lengths of parts inside of tokens: the longest that a literal has room for. */
const INSIDE_LENGTHS = [8, 6, 5, 4, 3, 2, 1];

/** Documents in a thousand million that a part of this length is guessed to be in. */
const ANCHORED_COSTS = [0, 6e7, 2e7, 1e7, 3e6, 1e6];
const INSIDE_COSTS = [0, 4e8, 1e8, 4e7, 1e7, 4e6, 2e6, 2e6, 1e6];

/** A run of bytes that every token has which matches the pattern. */
export interface Part {
  readonly place: number;
  readonly bytes: Uint8Array;
  /** The literal run of the pattern from which it is, counted from 0. */
  readonly run: number;
  readonly cost: number;
}

export interface PatternParts {
  readonly parts: readonly Part[];
  /** A token that has the only part matches. */
  readonly exact: boolean;
}

const STAR = 0x2a;
const QUESTION = 0x3f;
const BACKSLASH = 0x5c;

/** The parts by which a wildcard pattern can be found, none when it has no literal. */
export function partsOf(pattern: Uint8Array): PatternParts {
  const { runs, onlyStars } = literalRuns(pattern);
  const last = runs.length - 1;
  const parts = runs.flatMap(({ bytes, atStart, atEnd }, run) => {
    const found: Part[] = [];
    if (bytes.length === 0) return found;
    const length = Math.min(bytes.length, MAX_PART);
    const cost = ANCHORED_COSTS[Math.min(length, ANCHORED_COSTS.length - 1)]!;
    if (atStart) found.push({ place: AT_START, bytes: bytes.slice(0, length), run, cost });
    if (atEnd) {
      const offset = bytes.length - length;
      found.push({ place: AT_END, bytes: bytes.slice(offset), run, cost });
    }
    if (!atStart && !atEnd) found.push(...insideParts(bytes, run));
    return found;
  });
  const [only] = parts;
  const exact =
    parts.length === 1 &&
    onlyStars &&
    last >= 0 &&
    runs.filter(({ bytes }) => bytes.length > 0).length === 1 &&
    only!.bytes.length === runs[only!.run]!.bytes.length;
  return { parts, exact };
}

function insideParts(bytes: Uint8Array, run: number): Part[] {
  const length = INSIDE_LENGTHS.find((size) => size <= bytes.length)!;
  return Array.from({ length: bytes.length - length + 1 }, (_, offset) => ({
    place: INSIDE,
    bytes: bytes.slice(offset, offset + length),
    run,
    cost: INSIDE_COSTS[length]!,
  }));
}

interface Run {
  readonly bytes: Uint8Array;
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** The pattern between its wildcards, escapes resolved; `onlyStars`: there is a wildcard, and none is `?`. */
function literalRuns(pattern: Uint8Array): { runs: Run[]; onlyStars: boolean } {
  const runs: Run[] = [];
  let bytes: number[] = [];
  let wildcards = 0;
  let questions = 0;
  const close = (atEnd: boolean) => {
    runs.push({ bytes: Uint8Array.from(bytes), atStart: wildcards === 0, atEnd });
    bytes = [];
  };
  for (let p = 0; p < pattern.length; p++) {
    const byte = pattern[p]!;
    if (byte === STAR || byte === QUESTION) {
      close(false);
      wildcards++;
      if (byte === QUESTION) questions++;
    } else if (byte === BACKSLASH && p + 1 < pattern.length) bytes.push(pattern[++p]!);
    else bytes.push(byte);
  }
  close(true);
  return { runs, onlyStars: wildcards > 0 && questions === 0 };
}
