/** Documents that each client sends; fewer make a quicker run. */
export const COUNT = Number(process.env['CLIENT_DOCUMENTS'] ?? 50_000);

/** One document in five is not asked for, so that a tail that gets everything fails too. */
export const isShown = (n: number): boolean => n % 5 !== 0;

/** How many of the first `count` documents the tails must get. */
export const shownOf = (count: number): number => count - Math.ceil(count / 5);

export const message = (n: number): string => `line ${n} ${isShown(n) ? 'shown' : 'hidden'}`;

/** Selects the shown ones. */
export const QUERY = 'message:shown';

/** How many are sent before something happens to the server. */
export const HALF = COUNT >> 1;

/** Lines of documents, a thousand at a time. @param half is awaited before the second half */
export async function* lines(
  line: (n: number) => string,
  half: Promise<void>,
): AsyncGenerator<string> {
  for (let first = 0; first < COUNT; ) {
    if (first === HALF) await half;
    const end = Math.min(first + 1000, first < HALF ? HALF : COUNT);
    yield Array.from({ length: end - first }, (_, k) => `${line(first + k)}\n`).join('');
    first = end;
  }
}

export interface Tallied {
  readonly hits: number;
  readonly distinct: number;
  /** Lines that were neither a shown document nor a heartbeat: gap records, hidden documents. */
  readonly strange: number;
}

/** Counts hits and which documents they were. */
export class Tally {
  #hits = 0;
  #strange = 0;
  readonly #seen = new Set<number>();

  /** @param json one hit as it was delivered */
  add(json: string): void {
    const hit = JSON.parse(json) as { _source?: { message?: string } };
    const [, n] = /line (\d+) shown$/.exec(hit._source?.message ?? '') ?? [];
    if (n === undefined) {
      this.#strange++;
      return;
    }
    this.#hits++;
    this.#seen.add(Number(n));
  }

  get hits(): number {
    return this.#hits;
  }

  result(): Tallied {
    return { hits: this.#hits, distinct: this.#seen.size, strange: this.#strange };
  }
}

export const exactly = (count: number): Tallied => ({
  hits: shownOf(count),
  distinct: shownOf(count),
  strange: 0,
});
