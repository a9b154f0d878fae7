import { SLOT_END, SLOT_START, SLOT_WORDS } from '../../../document.ts';
import type {
  RetryCause,
  Search,
  SearchAnswer,
  SearchError,
  SearchOutcome,
  SearchTask,
  Timing,
} from '../worker/worker-messages.ts';
import type { ConcurrencyTuner } from './concurrency-tuner.ts';
import type { DocumentsTuner } from './documents-tuner.ts';
import type { PercolateTask } from './percolate-task.ts';
import { aliveProbeOf } from './question.ts';
import type { RequestGate } from './request-gate.ts';
import type { Retries } from './retries.ts';

/** Percolator indices whose best number of documents is remembered. */
const MAX_TUNERS = 256;

/** Types of the errors of what Elasticsearch never answers: it takes too long, or too much memory. */
export const TOO_SLOW = 'timeout_exception';
export const TOO_LARGE = 'circuit_breaking_exception';

/** Whose searches they are. */
export interface Asker {
  readonly task: PercolateTask;
  /** @throws what ended it, once nobody waits for its answers any more */
  checkGoesOn(): void;
}

export type SearchTuner = Pick<DocumentsTuner, 'next' | 'took' | 'tooSlow'>;

export interface RequestSenderParts {
  readonly send: (task: SearchTask) => Promise<SearchAnswer>;
  readonly gate: RequestGate;
  readonly concurrency: Pick<ConcurrencyTuner, 'took' | 'refused'>;
  readonly makeTuner: () => SearchTuner;
  readonly retries: Retries;
  /** Most hits of a search. */
  readonly maxHits: number;
  readonly onAnswer: (timing: Timing) => void;
  /** Stored queries that are not asked. */
  readonly paused: () => readonly string[];
}

/** Sends requests until they are answered, and learns from how long that takes. */
export class RequestSender {
  readonly gate: RequestGate;
  readonly maxHits: number;
  /** Of the newest search. */
  documents = 0;
  readonly #parts: RequestSenderParts;
  /** Least recently used first. */
  readonly #tuners = new Map<string, SearchTuner>();

  constructor(parts: RequestSenderParts) {
    this.#parts = parts;
    this.gate = parts.gate;
    this.maxHits = parts.maxHits;
  }

  /** Stored queries that are not asked. */
  get paused(): readonly string[] {
    return this.#parts.paused();
  }

  tunerOf(percolator: string): SearchTuner {
    const tuner = this.#tuners.get(percolator) ?? this.#parts.makeTuner();
    this.#tuners.delete(percolator);
    this.#tuners.set(percolator, tuner);
    if (this.#tuners.size > MAX_TUNERS) this.#tuners.delete(this.#tuners.keys().next().value!);
    return tuner;
  }

  /** Searches of one request, as soon as it may go. @throws EstromError UNAVAILABLE at close */
  async send(asker: Asker, searches: readonly Search[]): Promise<readonly SearchOutcome[]> {
    await this.gate.enter();
    return this.sendEntered(asker, searches);
  }

  /**
   * The same for one that was let in. What is answered neither the first time nor the second, while
   * Elasticsearch answers others, is an error: {@link TOO_SLOW} or {@link TOO_LARGE}.
   * @param tuner of the first search, when it is a usual one: it learns how long that took
   */
  async sendEntered(
    asker: Asker,
    searches: readonly Search[],
    tuner?: SearchTuner,
  ): Promise<readonly SearchOutcome[]> {
    const { bytes, slots } = asker.task;
    const request = { bytes, slots, searches };
    let misses = 0;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#sendOnce(request);
      if ('outcomes' in answer) {
        this.#learn(searches, answer, tuner);
        return answer.outcomes;
      }
      const { cause, reason } = answer;
      this.#giveWay(searches, cause, tuner);
      await this.#parts.retries.pause(attempt, cause, reason);
      asker.checkGoesOn();
      const error = tooMuch(searches, cause, reason);
      misses = error === undefined ? 0 : misses + 1;
      if (error !== undefined && misses > 1) return searches.map(() => ({ error }));
      // Not again as long as nobody is there.
      if (error !== undefined) await this.#awaken(asker, searches);
      await this.gate.enter();
    }
  }

  async #sendOnce(request: SearchTask): Promise<SearchAnswer> {
    const length = lengthOf(request);
    this.gate.hold(length);
    try {
      const answer = await this.#parts.send(request);
      this.#parts.onAnswer(answer.timing);
      return answer;
    } finally {
      this.gate.leave(length);
    }
  }

  /** Resolves when Elasticsearch answers at all. */
  async #awaken(asker: Asker, [first]: readonly Search[]): Promise<void> {
    const { bytes, slots } = asker.task;
    const probe = { bytes, slots, searches: [aliveProbeOf(first!.target)] };
    for (let attempt = 0; ; attempt++) {
      await this.gate.enter();
      const answer = await this.#sendOnce(probe);
      if ('outcomes' in answer) return;
      await this.#parts.retries.pause(attempt, answer.cause, answer.reason);
      asker.checkGoesOn();
    }
  }

  #learn(searches: readonly Search[], { timing }: SearchAnswer, tuner?: SearchTuner): void {
    this.#parts.retries.answered();
    this.#parts.concurrency.took(countOf(searches), this.gate.hasWaiting);
    if (tuner === undefined) return;
    this.documents = searches[0]!.documents.length;
    tuner.took(this.documents, timing.waiting);
  }

  #giveWay(searches: readonly Search[], cause: RetryCause, tuner?: SearchTuner): void {
    if (cause === 'connection' || cause === 'unavailable') return;
    this.#parts.concurrency.refused();
    if (cause === 'timeout') tuner?.tooSlow(searches[0]!.documents.length);
  }
}

/** What a request of these searches is, if it fails so once more. */
function tooMuch(
  searches: readonly Search[],
  cause: RetryCause,
  reason: string,
): SearchError | undefined {
  const documents = countOf(searches);
  if (cause === 'timeout' && documents > 0) return { status: 408, type: TOO_SLOW, reason };
  // Less than one document there is not.
  return cause === 'breaker' && documents > 1
    ? { status: 429, type: TOO_LARGE, reason }
    : undefined;
}

function countOf(searches: readonly Search[]): number {
  return searches.reduce((sum, { documents }) => sum + documents.length, 0);
}

/** Bytes of its documents, about. */
function lengthOf({ slots, searches }: SearchTask): number {
  let length = 0;
  for (const { documents } of searches) {
    for (const slot of documents) {
      length += slots[slot * SLOT_WORDS + SLOT_END]! - slots[slot * SLOT_WORDS + SLOT_START]!;
    }
  }
  return length;
}
