import type { FastifyReply, FastifyRequest } from 'fastify';
import { SLOT_END, SLOT_START } from '../document.ts';
import { EstromError } from '../errors.ts';
import { bodyError, openBody } from '../ingest/body.ts';
import { FilterPath } from '../ingest/filter-path.ts';
import { firstSlabBytes } from '../ingest/intake.ts';
import { OVERLOADED } from '../ingest/item-errors.ts';
import { skipBlank } from '../ingest/json-range.ts';
import { seldom } from '../seldom.ts';
import { WriteAnswer } from './answer-items.ts';
import { askHeld, BrokenOff, Unreachable, type WholeAnswer } from './ask.ts';
import { type ActionFacts, updateAsksSource } from './bulk-lines.ts';
import { demandJson, type Forwarding, LONGEST_WRITE, relay } from './forwarding.ts';
import { requestHeaders } from './headers.ts';
import { without } from './joined-answer.ts';
import { outcomeOf, type SourceAsked, type Stored } from './outcomes.ts';
import { pathOf } from './pass-through.ts';
import { QueryText } from './query-text.ts';
import type { RequestKind } from './request-kind.ts';
import { askForSource } from './source-asked.ts';
import { readWhole, type WholeBody } from './whole-body.ts';

type DocumentKind = Extract<RequestKind, { kind: 'document' }>;

/**
 * One request that writes one document: passed on, and percolated when it is stored.
 * @throws EstromError what the sender has to be told
 */
export async function documentRequest(
  forwarding: Forwarding,
  request: FastifyRequest,
  reply: FastifyReply,
  kind: DocumentKind,
): Promise<void> {
  const { admission, pool, answers, metrics, config } = forwarding;
  const address = pathOf(request.raw);
  const mark = address.indexOf('?');
  const query = QueryText.parse(mark < 0 ? '' : address.slice(mark + 1));
  demandJson(request, query.get('format'));
  const body = await openBody(request.raw, config);
  const decision = await admission.decide(firstSlabBytes(body.expected), 'request');
  if (decision === null) {
    metrics.request('document', 'refused');
    throw new EstromError('OVERLOADED', OVERLOADED.reason);
  }
  let whole: WholeBody;
  try {
    whole = await readWhole(body, pool, decision.slab);
  } catch (error) {
    metrics.request('document', 'aborted');
    const told = bodyError(body, request.raw, error);
    if (told !== null) throw told;
    reply.hijack();
    return;
  }
  const facts = factsOf(kind, query, whole);
  const updates = kind.op !== 'update' ? 'none' : facts.asksSource ? 'own' : 'plain';
  const asking = askForSource(query.without('filter_path'), updates);
  const path = (mark < 0 ? address : address.slice(0, mark)) + asking.query.toString();
  const started = performance.now();
  let isHeld = true;
  let held = 0;
  const release = (): void => {
    if (isHeld) pool.release(whole.slab);
    isHeld = false;
  };
  try {
    const answer = await askHeld(
      forwarding.upstream,
      {
        method: request.raw.method!,
        path,
        headers: [...requestHeaders(request.raw, true), 'content-length', String(whole.end)],
        body: whole.slab.view.subarray(0, whole.end),
        timeout: Math.max(config.elasticsearchTimeout, LONGEST_WRITE),
      },
      {
        until: started + config.hold,
        isWanted: () => !reply.raw.destroyed,
        budget: answers,
        metrics,
      },
    );
    held = answer.body.length;
    const { stored, shown } = read(answer, kind, facts, asking.asked);
    metrics.items('not_stored', stored === null ? 1 : 0);
    await percolate(forwarding, whole, facts, query, stored, answer.body, release);
    metrics.request('document', 'answered');
    relay(reply, { ...answer, body: filtered(shown, answer.status, query) });
  } catch (error) {
    fail(forwarding, request, reply, error);
  } finally {
    release();
    answers.release(held);
    metrics.time('all', performance.now() - started);
  }
}

function factsOf(kind: DocumentKind, query: QueryText, { slab, end }: WholeBody): ActionFacts {
  const { op, index, id } = kind;
  return {
    op: query.get('op_type') === 'create' ? 'create' : op,
    index,
    pipeline: undefined,
    asksSource: op === 'update' && updateAsksSource(slab.view, 0, end),
    routing: undefined,
    hasId: id !== undefined,
  };
}

interface Read {
  readonly stored: Stored | null;
  /** The answer as the sender is to see it. */
  readonly shown: Buffer;
}

function read(
  answer: WholeAnswer,
  kind: DocumentKind,
  facts: ActionFacts,
  asked: SourceAsked,
): Read {
  const { status, body } = answer;
  if (status === 409) return { stored: conflict(body, kind, facts), shown: body };
  const reader = new WriteAnswer(body);
  if (status >= 300 || reader.read(skipBlank(body, 0, body.length), body.length) < 0) {
    return { stored: null, shown: body };
  }
  const stored = outcomeOf(body, reader, { item: 0, facts, op: facts.op, status }, asked);
  const injected = asked.injected && !facts.asksSource ? reader.withGet : null;
  const shown = injected === null ? body : without(body, [injected], 0, body.length);
  return { stored, shown };
}

/** The document was there before: perhaps by this request, whose answer was lost. */
function conflict(body: Buffer, { id }: DocumentKind, { op }: ActionFacts): Stored | null {
  if (op === 'update' || id === undefined) return null;
  const { error } = JSON.parse(body.toString()) as { error?: { index?: unknown } };
  const index = error?.index;
  if (typeof index !== 'string') return null;
  return { item: 0, where: 'conflict', index, id, seqNo: '', source: null };
}

async function percolate(
  { delivery, log }: Forwarding,
  { slab, end }: WholeBody,
  facts: ActionFacts,
  query: QueryText,
  stored: Stored | null,
  answer: Buffer,
  release: () => void,
): Promise<void> {
  if (stored === null) return;
  slab.slots[SLOT_START] = skipBlank(slab.view, 0, end);
  slab.slots[SLOT_END] = blankStart(slab.view, end);
  const request = {
    index: facts.index,
    pipeline: query.get('pipeline'),
    routing: query.get('routing'),
  };
  try {
    await delivery.deliver([{ slab, end, facts: [facts] }], [stored], answer, request, release);
  } catch (error) {
    seldom(log).error(error, 'percolation failed: the connection is cut');
    throw new BrokenOff('percolation failed');
  }
}

/** Where the blanks begin that the bytes end with. */
function blankStart(bytes: Buffer, end: number): number {
  let at = end;
  while (at > 0 && bytes[at - 1]! <= 0x20) at--;
  return at;
}

function filtered(body: Buffer, status: number, query: QueryText): Buffer {
  const filter = FilterPath.parse(query.get('filter_path'));
  // Errors are never filtered.
  if (filter === null || status >= 400) return body;
  return Buffer.from(JSON.stringify(filter.apply(JSON.parse(body.toString())) ?? {}));
}

function fail(
  { metrics }: Forwarding,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): void {
  if (error instanceof Unreachable) {
    metrics.request('document', 'unreachable');
    const reason = `Elasticsearch cannot be reached: ${error.message}; nothing was stored, send it again`;
    throw new EstromError('UNAVAILABLE', reason);
  }
  metrics.request('document', error instanceof BrokenOff ? 'broken' : 'failed');
  if (!(error instanceof BrokenOff)) throw error;
  // Stored or not: only no answer at all says so.
  reply.hijack();
  request.raw.socket.destroy();
}
