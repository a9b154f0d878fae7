import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import { numberSetting } from '../mapping/explicit/normal-settings.ts';
import type { MappingState } from '../mapping/mapping-state.ts';
import type { TrialIndex } from '../mapping/trial/trial-chain.ts';
import { decidingField, readTrial, type TrialRequest } from '../mapping/trial/trial-request.ts';
import { TrialThread } from '../mapping/trial/trial-thread.ts';
import { triedField } from '../mapping/trial/tried-field.ts';
import { indicesOf, missingIndex } from './handshake-mappings.ts';
import { readJsonBody } from './json-body.ts';
import { sendJson } from './reply.ts';

/** Tokens of an answer, where the index does not say it, and the most that one may ask for. */
const MAX_TOKENS = 10_000;
const MOST_TOKENS = 100_000;

/** Analyzers tried out: the tokens that they make of texts. */
export function analyzeRoutes(app: FastifyInstance, state: MappingState): void {
  const thread = new TrialThread();
  app.addHook('onClose', () => thread.close());
  for (const url of ['/_analyze', '/:index/_analyze']) {
    app.route({
      method: ['GET', 'POST'],
      url,
      handler: (request, reply) => analyze(state, thread, request, reply),
    });
  }
}

async function analyze(
  state: MappingState,
  thread: TrialThread,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { index } = request.params as { readonly index?: string };
  const { value, isEmpty } = await readJsonBody(request);
  if (isEmpty) {
    const type = 'parse_exception';
    throw new EstromError('BAD_JSON', 'request body or source parameter is required', { type });
  }
  const trial = readTrial(value, index !== undefined);
  const own = index === undefined ? undefined : indexOf(state, index, trial);
  const most = numberSetting(own?.settings ?? {}, 'analyze.max_token_count', MAX_TOKENS);
  const task = { request: trial, index: own, most: Math.min(most, MOST_TOKENS) };
  const tokens = await thread.run(task);
  return sendJson(request, reply, { tokens });
}

/** One index, or an alias of one. @throws EstromError INDEX_NOT_FOUND, BAD_REQUEST */
function indexOf(state: MappingState, name: string, trial: TrialRequest): TrialIndex {
  if (name.includes('*') || name.includes(',') || name === '_all') throw missingIndex(name);
  const indices = indicesOf(state, name);
  if (indices.length > 1) {
    throw new EstromError(
      'BAD_REQUEST',
      `alias [${name}] has more than one index associated with it [${indices.join(', ')}], can't execute a single index op`,
    );
  }
  const [index] = indices as [string];
  const path = decidingField(trial);
  const field = path === undefined ? undefined : triedField(path, state.mappingOf(index));
  return { settings: state.settingsOf(index), field };
}
