import { setTimeout as delay } from 'node:timers/promises';
import { EstromError } from '../errors.ts';
import { memberRanges } from '../ingest/json-range.ts';
import { eachElement, scalarText } from './answer-items.ts';
import { ask, Unreachable, type WholeAnswer } from './ask.ts';
import type { Upstream } from './upstream.ts';

/** Tries before a document that cannot be fetched makes its request fail. */
const TRIES = 20;
const AGAIN = 250;
const TIMEOUT = 30_000;

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

/** Elasticsearch does not let estrom read: it has no role that may. */
export class NotAllowed extends Error {}

/** Fetches documents as they are stored, those that no search finds yet as well. */
export class StoredDocuments {
  readonly #upstream: Upstream;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /**
   * @returns for each document what it is, or null when it is gone, or its source is not stored
   * @throws NotAllowed, EstromError UNAVAILABLE
   */
  async fetch(wanted: readonly Wanted[]): Promise<(Found | null)[]> {
    const docs = wanted.map(({ index, id, routing }) => ({
      _index: index,
      _id: id,
      ...(routing === undefined ? {} : { routing }),
    }));
    const { body } = await this.#ask(Buffer.from(JSON.stringify({ docs })));
    const found: (Found | null)[] = [];
    const list = memberRanges(body, 0, body.length)?.get('docs');
    const isWhole =
      list !== undefined &&
      eachElement(body, list, (start, end) => found.push(readDocument(body, start, end)));
    if (isWhole && found.length === wanted.length) return found;
    throw new EstromError('UNAVAILABLE', 'Elasticsearch answered something else than documents');
  }

  async #ask(body: Buffer): Promise<WholeAnswer> {
    for (let tries = 1; ; tries++) {
      let problem: string;
      try {
        const answer = await ask(this.#upstream, {
          method: 'POST',
          path: '/_mget?realtime=true',
          headers: [...this.#upstream.ownHeaders(), 'content-type', 'application/json'],
          body,
          timeout: TIMEOUT,
        });
        if (answer.status === 200) return answer;
        if (answer.status === 401 || answer.status === 403) throw new NotAllowed();
        problem = `status ${answer.status}`;
      } catch (error) {
        if (error instanceof NotAllowed) throw error;
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
