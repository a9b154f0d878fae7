/** Documents in a search: each about half as many again as the one before. */
const LADDER = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];
/** As good a beginning as any: more terms than this has would leave 1,024 clauses on common logs. */
const START = LADDER.indexOf(24);
/** Share of a new sample in the mean. */
const NEWEST = 0.2;
/** A neighbour's samples before it is compared. */
const ENOUGH = 4;
/** A move has to be worth more than the noise. */
const WORTH = 0.95;
/** Every so manieth search tries a neighbour: often while it moves, seldom when it has settled. */
const OFTEN = 3;
const SELDOM = 24;
/** The present step's cost changed by this much: documents or queries are others now. */
const CHANGED = 1.5;
/** Rungs to go down when a search did not end in time. */
const RETREAT = 3;

/**
 * How many documents one search should hold, for one percolator index. A search has a fixed cost, which
 * more documents share; but all their terms together select candidates, and with more than the server
 * takes as clauses (`indices.query.bool.max_clause_count`) it hardly selects any more. Where the best lies
 * depends on documents, queries and settings, so it is found by climbing: now and then a search takes the
 * next larger or smaller number, and the one with the least time per document wins.
 *
 * Trials are mixed with ordinary searches instead of measured one after the other: both see the same
 * server, the same load and the same documents, so it makes no difference how those change meanwhile, nor
 * whether there is enough to do at all.
 */
export class DocumentsTuner {
  #rung = START;
  /** Seconds for each document; 0: not known. */
  readonly #costs = new Float64Array(LADDER.length);
  /** Samples since the last move. */
  readonly #samples = new Uint32Array(LADDER.length);
  #every = OFTEN;
  #turn = 0;
  #up = true;
  /** Cost of the present rung when it was settled on; 0: not known. */
  #settled = 0;

  /** The number that is the best as far as is known. */
  get documents(): number {
    return LADDER[this.#rung]!;
  }

  /** How many documents to put into the next search. */
  next(): number {
    if (++this.#turn % this.#every !== 0) return this.documents;
    this.#up = !this.#up;
    const neighbour = this.#rung + (this.#up ? 1 : -1);
    return LADDER[neighbour] ?? this.documents;
  }

  /** What a search with that many documents took. */
  took(documents: number, seconds: number): void {
    const rung = nearest(documents);
    const cost = seconds / documents;
    const known = this.#costs[rung]!;
    this.#costs[rung] = known === 0 ? cost : known + NEWEST * (cost - known);
    this.#samples[rung]!++;
    if (rung === this.#rung) this.#watch();
    this.#compare();
  }

  /** A search with that many documents did not end in time. */
  tooSlow(documents: number): void {
    const rung = nearest(documents);
    if (rung > this.#rung) return;
    // Found out again, not remembered: the server may only have had a bad moment.
    this.#forget();
    this.#rung = Math.max(0, rung - RETREAT);
  }

  #watch(): void {
    const cost = this.#costs[this.#rung]!;
    if (this.#settled === 0) this.#settled = cost;
    const change = cost / this.#settled;
    if (change > CHANGED || change < 1 / CHANGED) this.#forget();
  }

  #compare(): void {
    const rung = this.#rung;
    if (this.#samples[rung]! < ENOUGH) return;
    let best = rung;
    let tried = 0;
    for (const other of [rung - 1, rung + 1]) {
      if ((this.#samples[other] ?? 0) < ENOUGH) continue;
      tried++;
      const limit = best === rung ? this.#costs[rung]! * WORTH : this.#costs[best]!;
      if (this.#costs[other]! < limit) best = other;
    }
    if (best !== rung) {
      this.#moveTo(best);
    } else if (tried === 2) {
      this.#samples.fill(0);
      this.#every = Math.min(SELDOM, this.#every * 2);
    }
  }

  #moveTo(rung: number): void {
    const [from, to] = [this.#costs[this.#rung]!, this.#costs[rung]!];
    this.#forget();
    this.#costs[this.#rung] = from;
    this.#costs[rung] = to;
    this.#settled = to;
    this.#rung = rung;
  }

  /** What was measured some time ago may be true no longer. */
  #forget(): void {
    this.#costs.fill(0);
    this.#samples.fill(0);
    this.#settled = 0;
    this.#every = OFTEN;
  }
}

function nearest(documents: number): number {
  let best = 0;
  LADDER.forEach((step, rung) => {
    const distance = Math.abs(Math.log(step / documents));
    if (distance < Math.abs(Math.log(LADDER[best]! / documents))) best = rung;
  });
  return best;
}
