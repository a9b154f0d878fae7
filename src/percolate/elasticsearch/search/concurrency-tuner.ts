const START = 4;
const MAX = 32;
/** Requests and seconds that a rate is measured over, at least. */
const WINDOW_REQUESTS = 24;
const WINDOW_SECONDS = 0.5;
/** Share of a window's requests that must have been waited for: otherwise the rate is the sender's. */
const BUSY = 0.8;
/** One more at a time has to bring this much; one less may hardly cost anything: noise would carry it down. */
const GAIN = 1.05;
const LOSS = 0.99;
/** Windows between two trials, once trials change nothing. */
const MAX_PAUSE = 16;
/** Windows without a trial after a refusal. */
const AFTER_REFUSAL = 8;
/** Seconds. */
const ONE_REFUSAL = 1;

/**
 * How many requests should be under way at a time. Up by one while that brings more documents a second,
 * down by one where that costs hardly any: requests that only queue in Elasticsearch make every answer
 * later and help nobody. A refusal halves it, as TCP does: it means that the queue there is full, mostly
 * of others' requests, and only those who give way at once let it recover.
 *
 * A request is one search: several in an `_msearch` run side by side in Elasticsearch, so they bring what
 * as many requests bring, but each answer would come with the slowest.
 */
export class ConcurrencyTuner {
  #limit = START;
  readonly #now: () => number;
  #began: number;
  #requests = 0;
  #busy = 0;
  #documents = 0;
  /** Documents a second at the limit that is kept; 0: not measured. */
  #base = 0;
  /** The limit that is kept while another one is tried. */
  #kept = 0;
  #up = false;
  #pause = 1;
  #wait = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** @param now seconds in which requests were under way */
  constructor(now: () => number) {
    this.#now = now;
    this.#began = now();
  }

  get limit(): number {
    return this.#limit;
  }

  /** @param waiting whether others had to wait for this request */
  took(documents: number, waiting: boolean): void {
    this.#requests++;
    this.#documents += documents;
    if (waiting) this.#busy++;
    const seconds = this.#now() - this.#began;
    if (this.#requests < WINDOW_REQUESTS || seconds < WINDOW_SECONDS) return;
    const isBusy = this.#busy >= BUSY * this.#requests;
    const rate = this.#documents / seconds;
    this.#reopen();
    if (isBusy) this.#judge(rate);
    else this.#abandon();
  }

  /** Elasticsearch refused a request, or did not answer in time. */
  refused(): void {
    // Requests that were under way together are refused together: that counts once.
    if (this.#now() < this.#refusedAt + ONE_REFUSAL) return;
    this.#refusedAt = this.#now();
    this.#limit = Math.max(1, (this.#kept === 0 ? this.#limit : this.#kept) >> 1);
    this.#kept = 0;
    this.#base = 0;
    this.#wait = AFTER_REFUSAL;
    this.#reopen();
  }

  #judge(rate: number): void {
    if (this.#kept !== 0) this.#decide(rate);
    else this.#base = this.#base === 0 ? rate : (this.#base + rate) / 2;
    if (this.#wait > 0) {
      this.#wait--;
      return;
    }
    this.#up = !this.#up;
    const tried = this.#limit + (this.#up ? 1 : -1);
    if (tried < 1 || tried > MAX) return;
    this.#kept = this.#limit;
    this.#limit = tried;
  }

  #decide(rate: number): void {
    const isBetter = rate > this.#base * (this.#limit > this.#kept ? GAIN : LOSS);
    if (isBetter) {
      this.#base = rate;
      // The same way once more.
      this.#up = this.#limit < this.#kept;
      this.#pause = 1;
      this.#wait = 0;
    } else {
      this.#limit = this.#kept;
      this.#pause = Math.min(MAX_PAUSE, this.#pause * 2);
      this.#wait = this.#pause;
    }
    this.#kept = 0;
  }

  #abandon(): void {
    if (this.#kept === 0) return;
    this.#limit = this.#kept;
    this.#kept = 0;
  }

  #reopen(): void {
    this.#began = this.#now();
    this.#requests = 0;
    this.#busy = 0;
    this.#documents = 0;
  }
}
