import type { DocumentFailure } from '../../../document.ts';
import { SLOT_END, SLOT_START, SLOT_WORDS } from '../../../document.ts';
import { EstromError } from '../../../errors.ts';
import { PARTS } from '../percolators/stored-fields.ts';
import type { Search, SearchError, SearchOutcome } from '../worker/worker-messages.ts';
import type { FoundQueries } from './found-queries.ts';
import type { PausedQuery, PercolateTask } from './percolate-task.ts';
import type { Question } from './question.ts';
import { aloneProbeOf, coveringClause, halvesOf, searchOf } from './question.ts';
import {
  type Asker,
  type RequestSender,
  type SearchTuner,
  TOO_LARGE,
  TOO_SLOW,
} from './request-sender.ts';

/** Most bytes of documents in a request, unless one alone is longer. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Searches of one document each that share a request: apart, most of their time were the request's. */
const ALONE_SEARCHES = 16;

export interface PercolationParts {
  readonly task: PercolateTask;
  readonly sender: RequestSender;
  readonly found: FoundQueries;
  /** Finds out what in a question makes Elasticsearch fail, and answers the rest of it. */
  readonly blame: (percolation: Percolation, question: Question) => Promise<void>;
}

/** One batch's questions to Elasticsearch, from the first document to the last answer. */
export class Percolation implements Asker {
  readonly task: PercolateTask;
  readonly found: FoundQueries;
  readonly failures = new Map<number, DocumentFailure>();
  readonly paused: PausedQuery[] = [];
  readonly #sender: RequestSender;
  readonly #blame: PercolationParts['blame'];
  readonly #running = new Set<Promise<void>>();
  #error: unknown;

  constructor({ task, sender, found, blame }: PercolationParts) {
    this.task = task;
    this.#sender = sender;
    this.found = found;
    this.#blame = blame;
  }

  /**
   * Ends when nothing of it is under way any more, failed or not: then the memory may be used again.
   * @param bad slots that are not asked about
   */
  async run(bad: ReadonlySet<number>): Promise<void> {
    for (const { percolator, index, slots } of this.task.groups) {
      const documents = bad.size === 0 ? slots : slots.filter((slot) => !bad.has(slot));
      const covering = coveringClause(index);
      const all = { percolator, covering, alone: false, first: 0, end: PARTS, documents };
      this.#start(this.#askAll(all));
    }
    // Those that are added meanwhile are visited too.
    for (const running of this.#running) await running;
    this.checkGoesOn();
  }

  /** @throws what ended it */
  checkGoesOn(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  /** Asks, and puts what was found with the rest; a failure is handed back. */
  async try(question: Question): Promise<SearchError | undefined> {
    const { maxHits, paused } = this.#sender;
    const [outcome] = await this.send([searchOf(question, paused, maxHits)]);
    return this.#settle(question, outcome!);
  }

  /** A request of a few small searches. */
  send(searches: readonly Search[]): Promise<readonly SearchOutcome[]> {
    return this.#sender.send(this, searches);
  }

  /** Sends a group's documents as fast as requests may go; the rest of the work runs on by itself. */
  async #askAll(question: Question): Promise<void> {
    const tuner = this.#sender.tunerOf(question.percolator);
    let rest = question.documents;
    for (let isFirst = true; rest.length > 0 && this.#error === undefined; isFirst = false) {
      await this.#sender.gate.enter();
      const part = { ...question, documents: this.#take(rest, tuner.next()) };
      rest = rest.subarray(part.documents.length);
      this.#start(this.#askEntered(part, tuner, isFirst ? question : undefined));
    }
  }

  /** @param whole a group's first request asks besides whether there are queries that are asked alone */
  async #askEntered(part: Question, tuner: SearchTuner, whole?: Question): Promise<void> {
    const { paused, maxHits } = this.#sender;
    const searches = [searchOf(part, paused, maxHits)];
    if (whole !== undefined) searches.push(aloneProbeOf(part, paused));
    const [outcome, alone] = await this.#sender.sendEntered(this, searches, tuner);
    if (whole !== undefined && (await this.#isAny(alone!, searches[1]!))) this.#startAlone(whole);
    await this.#look(part, outcome!);
  }

  async #isAny(outcome: SearchOutcome, search: Search): Promise<boolean> {
    if ('found' in outcome) return outcome.found.ids.length > 0;
    // It may have failed with the rest of its request.
    const [again] = await this.send([search]);
    if ('error' in again!) throw failedBy(again.error);
    return again!.found.ids.length > 0;
  }

  #startAlone(whole: Question): void {
    const { documents } = whole;
    for (let from = 0; from < documents.length; from += ALONE_SEARCHES) {
      const questions = Array.from(documents.slice(from, from + ALONE_SEARCHES), (slot) => ({
        ...whole,
        alone: true,
        documents: Uint32Array.of(slot),
      }));
      this.#start(this.#askTogether(questions));
    }
  }

  async #askTogether(questions: readonly Question[]): Promise<void> {
    const { paused, maxHits } = this.#sender;
    const outcomes = await this.send(questions.map((each) => searchOf(each, paused, maxHits)));
    for (const [i, question] of questions.entries()) await this.#look(question, outcomes[i]!);
  }

  async #look(question: Question, outcome: SearchOutcome): Promise<void> {
    const error = await this.#settle(question, outcome);
    if (error !== undefined) await this.#blame(this, question);
  }

  async #settle(question: Question, outcome: SearchOutcome): Promise<SearchError | undefined> {
    if ('error' in outcome) {
      const { error } = outcome;
      if ([401, 403, 404].includes(error.status)) throw failedBy(error);
      const halves = isTooMuch(error) ? halvesOf(question, 'documents') : [];
      return halves.length === 0 ? error : this.#tryAll(halves);
    }
    if (outcome.found.ids.length < this.#sender.maxHits) {
      this.found.add(outcome.found);
      return undefined;
    }
    return this.#askCut(question);
  }

  /** There may be more hits than a search answers: fewer queries at a time, else fewer documents. */
  #askCut(question: Question): Promise<SearchError | undefined> {
    const byQueries = halvesOf(question, 'queries');
    const halves = byQueries.length > 0 ? byQueries : halvesOf(question, 'documents');
    if (halves.length > 0) return this.#tryAll(halves);
    throw tooManyIn(question.percolator);
  }

  async #tryAll(questions: readonly Question[]): Promise<SearchError | undefined> {
    const errors = await Promise.all(questions.map((question) => this.try(question)));
    const error = errors.find((each) => each !== undefined);
    // What is asked again then was partly answered.
    if (error !== undefined) this.found.hasDoubles = true;
    return error;
  }

  /** So many of the documents that those which are left make searches of about the same size. */
  #take(documents: Uint32Array, most: number): Uint32Array {
    const searches = Math.ceil(documents.length / most);
    const wanted = Math.ceil(documents.length / searches);
    const { slots } = this.task;
    let bytes = 0;
    let count = 0;
    while (count < wanted) {
      const at = documents[count]! * SLOT_WORDS;
      bytes += slots[at + SLOT_END]! - slots[at + SLOT_START]!;
      if (bytes > MAX_BYTES && count > 0) break;
      count++;
    }
    return documents.slice(0, count);
  }

  #start(work: Promise<void>): void {
    const running: Promise<void> = work
      .catch((error: unknown) => {
        this.#error ??= error;
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}

/** Whether fewer documents may do. */
function isTooMuch({ status, type }: SearchError): boolean {
  return status === 413 || type === TOO_SLOW || type === TOO_LARGE;
}

/** What cannot be asked at all. */
export function failedBy({ status, type, reason }: SearchError): EstromError {
  return new EstromError(
    'ENGINE_FAILED',
    `Elasticsearch answered ${status} to a percolation: ${type}: ${reason}`,
  );
}

/** A part of the index cannot be asked: parts are as small as can be. */
export function tooManyIn(percolator: string): EstromError {
  return new EstromError(
    'ENGINE_FAILED',
    `a ${PARTS}th of the queries in [${percolator}] has more matches than a search answers`,
  );
}
