import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../caller.ts';
import { type Batch, type QueryId, type QueryOrdinal, SLOT_WORDS } from '../document.ts';
import { EstromError } from '../errors.ts';
import { validateIndexName } from '../index-name.ts';
import type { Principal } from '../principal.ts';
import { BodiesUnderWay } from './bodies-under-way.ts';
import type { OnDemandEngine } from './engine.ts';

const PATH = '/api/v0.1/percolate';
const MAX_BODY = 16 * 1024 * 1024;
/** Of all requests under way. */
const MAX_BODIES = 64 * 1024 * 1024;
const MAX_DOCUMENTS = 10_000;

export interface OnDemandDeps {
  readonly engine: OnDemandEngine;
  /** Undefined for queries that the caller may not attach to. */
  readonly idOf: (ordinal: QueryOrdinal, caller: Principal) => QueryId | undefined;
}

/**
 * `POST /api/v0.1/percolate {"index","documents":[…]}`: which queries would match, and with which of their
 * named clauses; nothing is published.
 * @throws EstromError OVERLOADED when the bodies under way are too many bytes; what the engine throws
 */
export async function percolateRoutes(
  app: FastifyInstance,
  { engine, idOf }: OnDemandDeps,
): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    '*',
    { parseAs: 'string', bodyLimit: MAX_BODY },
    (_request, body, done) => done(null, body),
  );

  const bodies = new BodiesUnderWay(MAX_BODY, MAX_BODIES);
  const limits = {
    bodyLimit: MAX_BODY,
    preParsing: async (request: FastifyRequest, reply: FastifyReply) =>
      bodies.admit(request, reply),
  };
  app.post(PATH, limits, async (request) => {
    const caller = callerOf(request);
    const { index, documents } = readRequest(request.body);
    if (documents.length === 0) return { slots: [] };
    const {
      pairs,
      failures,
      named = [],
    } = await engine.percolateOnDemand(toBatch(index, documents));
    const failure = failures[0];
    if (failure !== undefined) {
      throw new EstromError('BAD_DOCUMENT', `documents[${failure.slot}]: ${failure.reason}`, {
        slot: failure.slot,
      });
    }
    const slots: QueryId[][] = documents.map(() => []);
    for (let k = 0; k < pairs.length; k += 2) {
      const id = idOf(pairs[k + 1]!, caller);
      if (id !== undefined) slots[pairs[k]!]!.push(id);
    }
    if (named.length === 0) return { slots };
    const matched: Record<QueryId, readonly string[]>[] = documents.map(() => ({}));
    for (const { slot, ordinal, names } of named) {
      const id = idOf(ordinal, caller);
      if (id !== undefined) matched[slot]![id] = names;
    }
    return { slots, matched_queries: matched };
  });
}

function readRequest(body: unknown): { index: string; documents: unknown[] } {
  const request = parse(typeof body === 'string' ? body : '');
  const { index, documents, ...rest } = request as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) {
    throw new EstromError(
      'BAD_REQUEST',
      `unknown key [${unknown}]: expected "index" and "documents"`,
    );
  }
  if (typeof index !== 'string') {
    throw new EstromError(
      'BAD_REQUEST',
      '"index" must name the index that the documents would go to',
    );
  }
  const problem = validateIndexName(index);
  if (problem !== null)
    throw new EstromError('BAD_INDEX_NAME', `invalid index name [${index}], ${problem}`);
  if (!Array.isArray(documents)) {
    throw new EstromError('BAD_REQUEST', '"documents" must be an array of JSON objects');
  }
  if (documents.length > MAX_DOCUMENTS) {
    throw new EstromError(
      'BAD_REQUEST',
      `at most ${MAX_DOCUMENTS} documents in a request, not ${documents.length}`,
    );
  }
  return { index, documents };
}

/** JSON with numbers kept as they were written, so that 64-bit integers survive. */
function parse(body: string): object {
  let request: unknown;
  try {
    request = JSON.parse(body, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && context?.source !== undefined ? rawJson(context.source) : value,
    );
  } catch (error) {
    throw new EstromError('BAD_JSON', `the body is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof request === 'object' && request !== null && !Array.isArray(request)) return request;
  throw new EstromError('BAD_REQUEST', 'expected {"index": "…", "documents": [{…}, …]}');
}

function rawJson(source: string): unknown {
  // Not in TypeScript's library yet.
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source);
}

function toBatch(index: string, documents: readonly unknown[]): Batch {
  const texts = documents.map((document) => Buffer.from(JSON.stringify(document)));
  const bytes = new SharedArrayBuffer(texts.reduce((sum, { length }) => sum + length, 0));
  const slots = new Uint32Array(new SharedArrayBuffer(texts.length * SLOT_WORDS * 4));
  const view = Buffer.from(bytes);
  let at = 0;
  texts.forEach((text, slot) => {
    view.set(text, at);
    slots.set([at, at + text.length, 0], slot * SLOT_WORDS);
    at += text.length;
  });
  return { bytes, slots, count: texts.length, indices: [index], ids: texts.map(() => '') };
}
