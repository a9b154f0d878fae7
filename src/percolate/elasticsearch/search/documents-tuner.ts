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
/** Searches between two trials of a neighbour: few while it moves, more when it has settled. */
const OFTEN = 6;
const SELDOM = 48;
/** The present step's cost changed by this much: documents or queries are others now. */
const CHANGED = 1.5;
/** Searches before the first look afar; each further one waits this many times longer. */
const FIRST_LOOK = 40;
const LOOKS_APART = 3;
/** Samples of a look, and what a leap has to be worth. */
const LOOK = 2;
const WORTH_LEAP = 0.8;
/** Share of all time that trials of one kind may cost beyond what they bring, and searches until then. */
const BUDGET = 0.02;
const MAX_APART = 5000;
/** Kinds of trials. */
const BELOW = 0;
const ABOVE = 1;
const AFAR = 2;
/** Where a look from below goes, in turns with the last rung; from above it goes to the start. */
const FAR = LADDER.indexOf(192);
/** Rungs to go down when a search did not end in time. */
const RETREAT = 3;

/**
 * How many documents one search should hold, for one percolator index. A search has a fixed cost, which
 * more documents share; but all their terms together select candidates, and with more than the server
 * takes as clauses (`indices.query.bool.max_clause_count`) it hardly selects any more. Where the best lies
 * depends on documents, queries and settings, so it is found by climbing: now and then a search takes the
 * next larger or smaller number, and the one with the least time per document wins.
 *
 * Far beyond that number there can be a second valley: all queries are tried then, which costs the same for
 * any number of documents, so that the most are the best. Climbing does not get there, so from time to time,
 * and ever more rarely because it can be dear, a search looks there.
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
  #turn = 0;
  /** Searches until the next trial, by its kind. */
  readonly #every = [OFTEN, OFTEN, FIRST_LOOK];
  /** Turn at which one is due, by its kind. */
  readonly #due = [OFTEN / 2, OFTEN, FIRST_LOOK];
  /** Turn before which a rung is not tried: it turned out dear. */
  readonly #barred = new Float64Array(LADDER.length);
  #looks = 0;
  /** Cost of the present rung when it was settled on; 0: not known. */
  #settled = 0;

  /** The number that is the best as far as is known. */
  get documents(): number {
    return LADDER[this.#rung]!;
  }

  /** How many documents to put into the next search. */
  next(): number {
    this.#turn++;
    for (const kind of [BELOW, ABOVE, AFAR]) {
      const rung = this.#rungOf(kind);
      if (this.#turn < this.#due[kind]! || this.#turn < this.#barred[rung]!) continue;
      this.#due[kind] = this.#turn + this.#every[kind]!;
      if (kind === AFAR) {
        this.#every[AFAR]! *= LOOKS_APART;
        this.#looks++;
      }
      return LADDER[rung] ?? this.documents;
    }
    return this.documents;
  }

  /** What a search with that many documents took. */
  took(documents: number, seconds: number): void {
    const rung = nearest(documents);
    const cost = seconds / documents;
    const known = this.#costs[rung]!;
    this.#costs[rung] = known === 0 ? cost : known + NEWEST * (cost - known);
    this.#samples[rung]!++;
    if (rung === this.#rung) this.#watch();
    else this.#plan(rung, documents, cost);
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

  #rungOf(kind: number): number {
    if (kind === AFAR) {
      if (this.#rung >= FAR) return START;
      return this.#looks % 2 === 0 ? FAR : LADDER.length - 1;
    }
    return this.#rung + (kind === BELOW ? -1 : 1);
  }

  /** When this may be tried again: what was dear must be rare, what looked good from afar is repeated. */
  #plan(rung: number, documents: number, cost: number): void {
    const here = this.#costs[this.#rung]!;
    if (here === 0) return;
    const isFar = Math.abs(rung - this.#rung) > 1;
    if (isFar && this.#samples[rung]! < LOOK && cost < here * WORTH_LEAP) {
      this.#due[AFAR] = this.#turn;
      this.#looks--;
    }
    const searches = ((cost - here) * documents) / (here * this.documents);
    this.#barred[rung] = this.#turn + Math.min(MAX_APART, searches / BUDGET);
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
    const limit = this.#costs[rung]!;
    let best = rung;
    let gain = 1;
    let tried = 0;
    LADDER.forEach((_, other) => {
      const isNear = Math.abs(other - rung) === 1;
      if (other === rung || this.#samples[other]! < (isNear ? ENOUGH : LOOK)) return;
      if (isNear) tried++;
      const share = this.#costs[other]! / limit;
      if (share > (isNear ? WORTH : WORTH_LEAP) || share > gain) return;
      best = other;
      gain = share;
    });
    if (best !== rung) {
      this.#moveTo(best);
    } else if (tried === (rung === 0 || rung === LADDER.length - 1 ? 1 : 2)) {
      this.#samples.fill(0);
      for (const kind of [BELOW, ABOVE]) {
        this.#every[kind] = Math.min(SELDOM, this.#every[kind]! * 2);
      }
    }
  }

  #moveTo(rung: number): void {
    const [from, to] = [this.#costs[this.#rung]!, this.#costs[rung]!];
    this.#forget();
    this.#costs[this.#rung] = from;
    this.#costs[rung] = to;
    this.#settled = to;
    this.#rung = rung;
    this.#due[BELOW] = this.#turn + OFTEN / 2;
    this.#due[ABOVE] = this.#turn + OFTEN;
  }

  /** What was measured some time ago may be true no longer. */
  #forget(): void {
    this.#costs.fill(0);
    this.#samples.fill(0);
    this.#settled = 0;
    this.#every[BELOW] = OFTEN;
    this.#every[ABOVE] = OFTEN;
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
