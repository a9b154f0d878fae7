import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyError, openBody } from '../ingest/body.ts';
import { FilterPath } from '../ingest/filter-path.ts';
import { firstSlabBytes } from '../ingest/intake.ts';
import { OVERLOADED } from '../ingest/item-errors.ts';
import type { Slab } from '../ingest/slab-pool.ts';
import { seldom } from '../seldom.ts';
import { type AnswerBounds, askHeld, BrokenOff, Unreachable, type WholeAnswer } from './ask.ts';
import { BulkReader } from './bulk-reader.ts';
import type { RequestFacts } from './delivery.ts';
import type { ForwardOutcome } from './forward-metrics.ts';
import { demandJson, type Forwarding, LONGEST_WRITE, relay } from './forwarding.ts';
import { requestHeaders } from './headers.ts';
import { JoinedAnswer } from './joined-answer.ts';
import { readOutcomes } from './outcomes.ts';
import type { Part } from './part.ts';
import { pathOf } from './pass-through.ts';
import { QueryText } from './query-text.ts';
import { refuseItems, refuseWhole, UNREACHABLE } from './refusals.ts';
import { askForSource } from './source-asked.ts';

/** Elasticsearch's answer to a part is an error: it is the answer to the whole. */
class Refused extends Error {
  readonly answer: WholeAnswer;

  constructor(answer: WholeAnswer) {
    super(`Elasticsearch answered ${answer.status}`);
    this.answer = answer;
  }
}

/** Percolation failed after Elasticsearch had stored the documents. */
class Unpercolated extends Error {}

/** The items of the part were refused, and the sender has its answer. */
class Answered extends Error {}

/** One bulk request on its way through. */
export class BulkRequest {
  readonly #forwarding: Forwarding;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #path: string;
  readonly #query: QueryText;
  readonly #facts: RequestFacts;
  readonly #answer = new JoinedAnswer();
  #last: WholeAnswer | null = null;
  #parts = 0;
  /** When a wait for Elasticsearch ends. */
  #until = 0;

  /** @param index of the path */
  constructor(
    forwarding: Forwarding,
    request: FastifyRequest,
    reply: FastifyReply,
    index: string | undefined,
  ) {
    this.#forwarding = forwarding;
    this.#request = request;
    this.#reply = reply;
    const [path = '', query = ''] = splitOnce(pathOf(request.raw), '?');
    this.#path = path;
    this.#query = QueryText.parse(query);
    this.#facts = {
      index: index === '' ? undefined : index,
      pipeline: this.#query.get('pipeline'),
      routing: this.#query.get('routing'),
    };
  }

  /** @throws EstromError what the sender has to be told */
  async run(): Promise<void> {
    const { admission, pool, partBytes, config, metrics } = this.#forwarding;
    const request = this.#request;
    demandJson(request, this.#query.get('format'));
    const body = await openBody(request.raw, config);
    const form = admission.refusalFor(request.headers['user-agent']);
    const decision = await admission.decide(firstSlabBytes(body.expected), form);
    if (decision === null) {
      metrics.request('bulk', 'refused');
      refuseWhole(request, this.#reply, form, OVERLOADED.reason);
      return;
    }
    if (!decision.admitted) {
      metrics.request('bulk', 'refused');
      const { stamps } = this.#forwarding;
      const memory = { pool: decision.pool, slab: decision.slab, stamps };
      const { index } = this.#facts;
      await refuseItems(request, this.#reply, body.stream, OVERLOADED, index, memory);
      return;
    }
    this.#until = performance.now() + config.hold;
    const deliver = (part: Part): Promise<void> => this.#deliver(part);
    const reader = new BulkReader({ pool, body, partBytes, deliver }, decision.slab);
    try {
      await reader.run();
      if (this.#parts === 0) await this.#deliver(EMPTY);
      this.#send();
      metrics.request('bulk', 'answered');
    } catch (error) {
      this.#answer.close();
      this.#fail(error, () => bodyError(body, request.raw, error));
    }
  }

  async #deliver(part: Part): Promise<void> {
    const { delivery, documents: stock, pool, answers, metrics, log } = this.#forwarding;
    const started = performance.now();
    const slabs = new Set(part.slabs.map(({ slab }) => slab));
    const release = (slab: Slab): void => {
      if (slabs.delete(slab)) pool.release(slab);
    };
    let held = 0;
    try {
      const { query, asked } = askForSource(this.#query.without('filter_path'), part.updates);
      const facts = part.slabs.flatMap((filled) => filled.facts);
      const factsOf = (item: number) => (part.isUnderstood ? (facts[item] ?? null) : null);
      const keeps = (item: number) => factsOf(item)?.asksSource === true;
      // What may not be fetched has to be held, however long it is.
      const bounds =
        asked.injected && stock.mayRead
          ? { limit: this.#forwarding.answerBytes, keeps }
          : undefined;
      const answer = await this.#ask(part, query, bounds);
      held = answer.body.length;
      if (answer.status !== 200) throw new Refused(answer);
      this.#parts++;
      this.#last = answer;
      const outcomes = readOutcomes(answer.body, factsOf, asked);
      if (outcomes === null) throw new Unpercolated('the answer is no bulk answer');
      const { stored, items, injected } = outcomes;
      metrics.items('not_stored', items - stored.length);
      const isAligned = part.isUnderstood && items === part.items;
      // Lines that were understood in another way: what is stored is asked of the index itself.
      const sent = isAligned ? part.slabs : [];
      const documents = isAligned
        ? stored
        : stored.map((one) => ({ ...one, where: 'fetch' as const, source: null }));
      await delivery
        .deliver(sent, documents, answer.body, this.#facts, release)
        .catch((error: unknown) => {
          seldom(log).error(error, 'percolation failed: the connection is cut');
          throw new Unpercolated('percolation failed');
        });
      if (answer.isSlim && !stock.mayRead) throw new Unpercolated('what is stored may not be read');
      this.#answer.add(answer.body, injected);
    } finally {
      for (const slab of slabs) pool.release(slab);
      answers.release(held);
      metrics.time('all', performance.now() - started);
    }
  }

  async #ask(part: Part, query: QueryText, bounds: AnswerBounds | undefined): Promise<WholeAnswer> {
    const { upstream, answers: budget, metrics, config } = this.#forwarding;
    const { raw } = this.#request;
    const body = part.slabs.map(({ slab, end }) => slab.view.subarray(0, end));
    try {
      return await askHeld(
        upstream,
        {
          method: raw.method!,
          path: this.#path + query.toString(),
          headers: [...requestHeaders(raw, true), 'content-length', String(part.bytes)],
          body,
          timeout: Math.max(config.elasticsearchTimeout, LONGEST_WRITE),
        },
        { until: this.#until, isWanted: () => !this.#reply.raw.destroyed, budget, metrics, bounds },
      );
    } catch (error) {
      if (!(error instanceof Unreachable) || this.#parts > 0 || !part.isLast) throw error;
      await this.#refuseItems(body);
      throw error;
    }
  }

  /** Elasticsearch was not there: a sender that wants its refusal item by item gets it so. */
  async #refuseItems(body: readonly Buffer[]): Promise<void> {
    const { admission, stamps } = this.#forwarding;
    const request = this.#request;
    if (admission.refusalFor(request.headers['user-agent']) !== 'items') return;
    const scratch = await admission.scratch();
    if (scratch === null) return;
    const memory = { ...scratch, stamps };
    const stream = Readable.from(body);
    await refuseItems(request, this.#reply, stream, UNREACHABLE, this.#facts.index, memory);
    throw new Answered();
  }

  #send(): void {
    const filter = FilterPath.parse(this.#query.get('filter_path'));
    const { status, headers } = this.#last!;
    const pieces = this.#answer.pieces(filter);
    if (this.#answer.isShort) {
      relay(this.#reply, { status, headers, body: Buffer.concat([...pieces]) });
      this.#answer.close();
      return;
    }
    const { raw } = this.#reply.hijack();
    raw.once('close', () => this.#answer.close());
    raw.writeHead(status, [...headers]);
    Readable.from(pieces, { objectMode: false }).pipe(raw);
  }

  #fail(error: unknown, ofBody: () => Error | null): void {
    const { metrics } = this.#forwarding;
    metrics.request('bulk', outcomeOf(error));
    if (error instanceof Answered) return;
    if (error instanceof Refused) {
      // What is left of the body is read and dropped.
      this.#request.raw.unpipe().resume();
      relay(this.#reply, error.answer);
    } else if (error instanceof Unreachable) {
      this.#refuse(error);
    } else if (error instanceof BrokenOff || error instanceof Unpercolated) {
      this.#cut();
    } else {
      const told = ofBody();
      if (told !== null) throw told;
      this.#reply.hijack();
    }
  }

  #refuse(error: Unreachable): void {
    const form = this.#forwarding.admission.refusalFor(this.#request.headers['user-agent']);
    // After a part was stored, or in the midst of the body, only a cut says what is true.
    if (this.#parts > 0 || form === 'items') this.#cut();
    else refuseWhole(this.#request, this.#reply, form, `${UNREACHABLE.reason}: ${error.message}`);
  }

  /** Every sender takes it as no answer, and sends again. */
  #cut(): void {
    this.#reply.hijack();
    this.#request.raw.socket.destroy();
  }
}

function outcomeOf(error: unknown): ForwardOutcome {
  if (error instanceof Refused) return 'answered';
  if (error instanceof Answered || error instanceof Unreachable) return 'unreachable';
  if (error instanceof BrokenOff) return 'broken';
  return error instanceof Unpercolated ? 'failed' : 'aborted';
}

const EMPTY: Part = {
  slabs: [],
  bytes: 0,
  items: 0,
  updates: 'none',
  isUnderstood: true,
  isLast: true,
};

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
