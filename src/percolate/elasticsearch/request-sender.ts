import { SLOT_END, SLOT_START, SLOT_WORDS } from '../../document.ts';
import type { ConcurrencyTuner } from './concurrency-tuner.ts';
import { DocumentsTuner } from './documents-tuner.ts';
import type { PercolateTask } from './percolate-task.ts';
import type { RequestGate } from './request-gate.ts';
import type { Retries } from './retries.ts';
import type {
  RetryCause,
  Search,
  SearchAnswer,
  SearchOutcome,
  SearchTask,
  Timing,
} from './worker-messages.ts';

/** Percolator indices whose best number of documents is remembered. */
const MAX_TUNERS = 256;

export interface RequestSenderParts {
  readonly send: (task: SearchTask) => Promise<SearchAnswer>;
  readonly gate: RequestGate;
  readonly concurrency: ConcurrencyTuner;
  readonly retries: Retries;
  /** Most hits of a search. */
  readonly maxHits: number;
  readonly onAnswer: (timing: Timing) => void;
}

/** Sends requests until they are answered, and learns from how long that takes. */
export class RequestSender {
  readonly gate: RequestGate;
  readonly maxHits: number;
  /** Stored queries that are not asked. */
  paused: readonly string[] = [];
  /** Of the newest search. */
  documents = 0;
  readonly #parts: RequestSenderParts;
  /** Least recently used first. */
  readonly #tuners = new Map<string, DocumentsTuner>();

  constructor(parts: RequestSenderParts) {
    this.#parts = parts;
    this.gate = parts.gate;
    this.maxHits = parts.maxHits;
  }

  tunerOf(percolator: string): DocumentsTuner {
    const tuner = this.#tuners.get(percolator) ?? new DocumentsTuner();
    this.#tuners.delete(percolator);
    this.#tuners.set(percolator, tuner);
    if (this.#tuners.size > MAX_TUNERS) this.#tuners.delete(this.#tuners.keys().next().value!);
    return tuner;
  }

  /** Searches of one request, as soon as it may go. @throws EstromError UNAVAILABLE at close */
  async send(task: PercolateTask, searches: readonly Search[]): Promise<readonly SearchOutcome[]> {
    await this.gate.enter();
    return this.sendEntered(task, searches);
  }

  /** The same for one that was let in. */
  async sendEntered(
    { bytes, slots }: PercolateTask,
    searches: readonly Search[],
  ): Promise<readonly SearchOutcome[]> {
    const request = { bytes, slots, searches };
    const length = lengthOf(request);
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0) await this.gate.enter();
      this.gate.hold(length);
      let answer: SearchAnswer;
      try {
        answer = await this.#parts.send(request);
      } finally {
        this.gate.leave(length);
      }
      this.#parts.onAnswer(answer.timing);
      if ('outcomes' in answer) {
        this.#learn(searches, answer);
        return answer.outcomes;
      }
      this.#giveWay(searches, answer.cause);
      await this.#parts.retries.pause(attempt, answer.cause, answer.reason);
    }
  }

  #learn(searches: readonly Search[], { timing }: SearchAnswer): void {
    const documents = searches.reduce((sum, search) => sum + search.documents.length, 0);
    this.#parts.concurrency.took(documents, this.gate.hasWaiting);
    const [first] = searches;
    if (searches.length > 2 || first === undefined || first.documents.length === 0) return;
    this.documents = first.documents.length;
    this.tunerOf(first.target).took(first.documents.length, timing.waiting);
  }

  #giveWay([first]: readonly Search[], cause: RetryCause): void {
    if (cause !== 'rejected' && cause !== 'timeout') return;
    this.#parts.concurrency.refused();
    if (cause === 'timeout' && first !== undefined && first.documents.length > 0) {
      this.tunerOf(first.target).tooSlow(first.documents.length);
    }
  }
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
