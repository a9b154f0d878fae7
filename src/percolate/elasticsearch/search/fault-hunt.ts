import type { SearchError } from '../worker/worker-messages.ts';
import type { PausedQuery } from './percolate-task.ts';
import { failedBy, type Percolation, tooManyIn } from './percolation.ts';
import { halvesOf, probeOf, type Question, searchOf } from './question.ts';
import type { RequestSender } from './request-sender.ts';

/**
 * More queries than this cannot fail with the same documents: it has to be these. Far beyond what is
 * likely, for a document that is refused is lost, and a query that is paused can be resumed.
 */
const MAX_SUSPECTS = 1000;
/** Requests of one hunt: some for each suspect. */
const MAX_REQUESTS = 10 * MAX_SUSPECTS;

/**
 * Elasticsearch fails whole requests. This finds the document or the query that is to blame, and
 * answers the rest. Documents first: whether one can be parsed is asked without any query, all of them
 * in one request. Then queries, by halving: the parts of the index, then the ids of a part.
 */
export class FaultHunt {
  readonly #sender: RequestSender;
  readonly #pause: (query: PausedQuery) => void;
  /** One hunt at a time: requests that fail together mostly fail of the same. */
  #last: Promise<void> = Promise.resolve();

  constructor(sender: RequestSender, pause: (query: PausedQuery) => void) {
    this.#sender = sender;
    this.#pause = pause;
  }

  blame = async (percolation: Percolation, question: Question): Promise<void> => {
    const turn = this.#last.then(() => this.#blame(percolation, question));
    this.#last = turn.catch(() => {});
    await turn;
  };

  async #blame(percolation: Percolation, question: Question): Promise<void> {
    const documents = await this.#parseable(percolation, question);
    if (documents.length === 0) return;
    const rest = { ...question, documents };
    // Without those documents; and the hunt before this one may have found a query.
    const error = await percolation.try(rest);
    if (error === undefined) return;
    const suspects = await new QueryHunt(this.#sender, percolation, rest).run(error);
    suspects.forEach(this.#pause);
    percolation.paused.push(...suspects);
  }

  /** The documents that can be percolated; the others get their failure. */
  async #parseable(percolation: Percolation, question: Question): Promise<Uint32Array> {
    const good: number[] = [];
    const singles = Array.from(question.documents, (slot) => Uint32Array.of(slot));
    const searches = singles.map((documents) => probeOf({ ...question, documents }));
    const outcomes = await percolation.send(searches);
    const all = outcomes.every((outcome) => 'error' in outcome);
    if (all && singles.length > 1) {
      // A request that can't be read fails for all its searches.
      const halves = halvesOf(question, 'documents');
      const parts = [];
      for (const half of halves) parts.push(...(await this.#parseable(percolation, half)));
      return Uint32Array.from(parts);
    }
    outcomes.forEach((outcome, i) => {
      const slot = singles[i]![0]!;
      if ('error' in outcome) percolation.failures.set(slot, { slot, ...outcome.error });
      else good.push(slot);
    });
    return Uint32Array.from(good);
  }
}

class QueryHunt {
  readonly #sender: RequestSender;
  readonly #percolation: Percolation;
  readonly #question: Question;
  readonly #suspects: PausedQuery[] = [];
  #requests = 0;

  constructor(sender: RequestSender, percolation: Percolation, question: Question) {
    this.#sender = sender;
    this.#percolation = percolation;
    this.#question = question;
  }

  /** @returns the queries that fail; none when it has to be the documents, which then failed */
  async run(error: SearchError): Promise<readonly PausedQuery[]> {
    await this.#narrow(this.#question, error);
    if (!this.#isTooMuch) return this.#suspects;
    await this.#blameDocuments();
    return [];
  }

  get #isTooMuch(): boolean {
    return this.#suspects.length > MAX_SUSPECTS || this.#requests > MAX_REQUESTS;
  }

  /** What does not fail has its answer; what does ends up among the suspects. */
  async #narrow(question: Question, error: SearchError): Promise<void> {
    let halves = halvesOf(question, 'queries');
    if (halves.length === 0) {
      const { ids } = question;
      if (ids !== undefined) {
        const reason = `${error.type}: ${error.reason}`;
        this.#suspects.push(...ids.map((id) => ({ id, reason })));
        return;
      }
      halves = [{ ...question, ids: await this.#idsOf(question) }];
    }
    for (const half of halves) {
      if (this.#isTooMuch) return;
      this.#requests++;
      const failed = await this.#percolation.try(half);
      if (failed !== undefined) await this.#narrow(half, failed);
    }
  }

  async #idsOf(question: Question): Promise<readonly string[]> {
    const { maxHits, paused } = this.#sender;
    const plain = { ...question, documents: new Uint32Array() };
    const [outcome] = await this.#percolation.send([searchOf(plain, paused, maxHits)]);
    if ('error' in outcome!) throw failedBy(outcome.error);
    const { ids } = outcome!.found;
    if (ids.length === maxHits) throw tooManyIn(question.percolator);
    return ids;
  }

  /** Each document by itself, against everything: those that fail get the failure as theirs. */
  async #blameDocuments(): Promise<void> {
    const { failures, found } = this.#percolation;
    // Halves of the queries have been answered for all documents.
    found.hasDoubles = true;
    for (const slot of this.#question.documents) {
      const single = { ...this.#question, documents: Uint32Array.of(slot) };
      const error = await this.#percolation.try(single);
      if (error !== undefined) failures.set(slot, { slot, ...error });
    }
  }
}
