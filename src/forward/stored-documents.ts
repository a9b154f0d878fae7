import { setTimeout as delay } from 'node:timers/promises';
import { EstromError } from '../errors.ts';
import { memberRanges } from '../ingest/json-range.ts';
import type { AnswerBudget } from './answer-budget.ts';
import { eachElement, scalarText } from './answer-items.ts';
import { ask, TooLong, Unreachable, type WholeAnswer } from './ask.ts';
import type { Upstream } from './upstream.ts';

/** Tries before a document that cannot be fetched makes its request fail. */
const TRIES = 20;
const AGAIN = 250;
const TIMEOUT = 30_000;
/** Documents that are fetched at once: at the start, and at most. */
const FIRST_GROUP = 16;
const LARGEST_GROUP = 500;
/** Bytes of one answer at which fewer, and below which more documents are asked for the next time. */
const LONG = 4 * 1024 * 1024;
const SHORT = 1024 * 1024;
/** At so many bytes the answer is given up, unless it is one document. */
const TOO_LONG = 2 * LONG;

/** Which document is wanted. */
export interface Wanted {
  readonly index: string;
  readonly id: string;
  readonly routing: string | undefined;
}

/** A document as it is stored. */
export interface Found {
  readonly source: Buffer;
  readonly seqNo: string;
}

/** Documents that were fetched; they count as held until they are released. */
export interface Fetched {
  /** For each wanted document what it is, or null when it is gone, or its source is not stored. */
  readonly found: readonly (Found | null)[];
  readonly release: () => void;
}

/** Elasticsearch does not let estrom read: it has no role that may. */
export class NotAllowed extends Error {}

/** Fetches documents as they are stored, those that no search finds yet as well. */
export class StoredDocuments {
  readonly #upstream: Upstream;
  readonly #budget: AnswerBudget;
  #group = FIRST_GROUP;
  #mayRead = true;

  /** @param budget what bounds the documents that are held */
  constructor(upstream: Upstream, budget: AnswerBudget) {
    this.#upstream = upstream;
    this.#budget = budget;
  }

  /** How many documents to fetch at once, as long as those before them were. */
  get group(): number {
    return this.#group;
  }

  /** False once Elasticsearch has refused: perhaps for some indices only, so it stays false. */
  get mayRead(): boolean {
    return this.#mayRead;
  }

  /** @throws NotAllowed, TooLong: fetch fewer at once, EstromError UNAVAILABLE */
  async fetch(wanted: readonly Wanted[]): Promise<Fetched> {
    const docs = wanted.map(({ index, id, routing }) => ({
      _index: index,
      _id: id,
      ...(routing === undefined ? {} : { routing }),
    }));
    const { body } = await this.#ask(Buffer.from(JSON.stringify({ docs })), wanted.length);
    this.#adapt(wanted.length, body.length);
    const release = (): void => this.#budget.release(body.length);
    const found: (Found | null)[] = [];
    const list = memberRanges(body, 0, body.length)?.get('docs');
    const isWhole =
      list !== undefined &&
      eachElement(body, list, (start, end) => found.push(readDocument(body, start, end)));
    if (isWhole && found.length === wanted.length) return { found, release };
    release();
    throw new EstromError('UNAVAILABLE', 'Elasticsearch answered something else than documents');
  }

  #adapt(count: number, bytes: number): void {
    if (bytes > LONG) this.#group = Math.max(1, Math.min(this.#group, count >> 1));
    else if (bytes < SHORT && count >= this.#group) {
      this.#group = Math.min(this.#group * 2, LARGEST_GROUP);
    }
  }

  async #ask(body: Buffer, count: number): Promise<WholeAnswer> {
    const bounds = count > 1 ? { limit: TOO_LONG, keeps: null } : undefined;
    for (let tries = 1; ; tries++) {
      let problem: string;
      try {
        const request = {
          method: 'POST',
          path: '/_mget?realtime=true',
          headers: [...this.#upstream.ownHeaders(), 'content-type', 'application/json'],
          body,
          timeout: TIMEOUT,
        };
        const answer = await ask(this.#upstream, request, this.#budget, bounds);
        if (answer.status === 200) return answer;
        this.#budget.release(answer.body.length);
        if (answer.status === 401 || answer.status === 403) {
          this.#mayRead = false;
          throw new NotAllowed();
        }
        problem = `status ${answer.status}`;
      } catch (error) {
        if (error instanceof NotAllowed) throw error;
        if (error instanceof TooLong) {
          this.#adapt(count, TOO_LONG);
          throw error;
        }
        problem = (error as Error).message;
        if (!(error instanceof Unreachable) && tries > 3) tries = TRIES;
      }
      if (tries >= TRIES) {
        throw new EstromError('UNAVAILABLE', `stored documents cannot be fetched: ${problem}`);
      }
      await delay(AGAIN);
    }
  }
}

function readDocument(body: Buffer, start: number, end: number): Found | null {
  const members = memberRanges(body, start, end);
  const source = members?.get('_source');
  if (source === undefined) return null;
  const seqNo = members?.get('_seq_no');
  return {
    source: body.subarray(source.start, source.end),
    seqNo: seqNo === undefined ? '' : scalarText(body, seqNo),
  };
}
