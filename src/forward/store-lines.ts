import { setTimeout as delay } from 'node:timers/promises';
import { type Batch, type DocumentFailure, SLOT_END, SLOT_START, SLOT_WORDS } from '../document.ts';
import { EstromError } from '../errors.ts';
import { askHeld, Unreachable, type WholeAnswer } from './ask.ts';
import type { ActionFacts } from './bulk-lines.ts';
import { type Forwarding, LONGEST_WRITE } from './forwarding.ts';
import { readOutcomes } from './outcomes.ts';

const CREATE = Buffer.from('{"create":{}}\n');
const NEWLINE = Buffer.from('\n');
/** Time between two tries while Elasticsearch has no room. */
const AGAIN = 500;
const NO_REQUEST = { index: undefined, pipeline: undefined, routing: undefined };

/**
 * Stores the documents of an NDJSON upload before they are percolated: Elasticsearch makes their ids.
 * It is asked by estrom itself, for who uploads may have a token of estrom's only.
 * @returns those that it did not take
 */
export function storeLines(forwarding: Forwarding) {
  return async (batch: Batch): Promise<readonly DocumentFailure[]> => {
    const { delivery, metrics, answers } = forwarding;
    const started = performance.now();
    const index = batch.indices[0]!;
    const answer = await store(forwarding, batch, index);
    try {
      const facts: ActionFacts = {
        op: 'create',
        index,
        pipeline: undefined,
        asksSource: false,
        routing: undefined,
        hasId: false,
      };
      const asked = { injected: false, isWhole: false };
      const outcomes = readOutcomes(answer.body, () => facts, asked);
      if (outcomes === null || outcomes.items !== batch.count) {
        throw new EstromError('ENGINE_FAILED', 'Elasticsearch answered something else');
      }
      metrics.items('not_stored', batch.count - outcomes.stored.length);
      const slab = {
        bytes: batch.bytes,
        view: Buffer.from(batch.bytes),
        // The batch's own stay as they are: its answer is made from them.
        slots: new Uint32Array(new SharedArrayBuffer(batch.count * SLOT_WORDS * 4)),
        cost: 0,
      };
      slab.slots.set(batch.slots.subarray(0, batch.count * SLOT_WORDS));
      const filled = { slab, end: 0, facts: new Array<ActionFacts>(batch.count).fill(facts) };
      await delivery.deliver([filled], outcomes.stored, answer.body, NO_REQUEST, () => {});
      return outcomes.stored.length === batch.count ? [] : failuresOf(answer);
    } finally {
      answers.release(answer.body.length);
      metrics.time('all', performance.now() - started);
    }
  };
}

async function store(
  { upstream, answers, metrics, config }: Forwarding,
  { bytes, slots, count }: Batch,
  index: string,
): Promise<WholeAnswer> {
  const view = Buffer.from(bytes);
  const lines: Buffer[] = [];
  for (let at = 0; at < count * SLOT_WORDS; at += SLOT_WORDS) {
    const line = view.subarray(slots[at + SLOT_START]!, slots[at + SLOT_END]!);
    lines.push(CREATE, line, NEWLINE);
  }
  const body = Buffer.concat(lines);
  const until = performance.now() + config.elasticsearchTimeout;
  for (;;) {
    const answer = await askHeld(
      upstream,
      {
        method: 'POST',
        path: `/${encodeURIComponent(index)}/_bulk`,
        headers: [
          ...upstream.ownHeaders(),
          ...['content-type', 'application/x-ndjson'],
          ...['content-length', String(body.length)],
        ],
        body,
        timeout: LONGEST_WRITE,
      },
      { until, isWanted: () => true, budget: answers, metrics },
    ).catch((error: Error) => {
      const what = error instanceof Unreachable ? 'cannot be reached' : 'broke off';
      throw new EstromError('UNAVAILABLE', `Elasticsearch ${what}: ${error.message}`);
    });
    if (answer.status === 200) return answer;
    answers.release(answer.body.length);
    const isBusy = answer.status === 429 || answer.status === 503;
    if (!isBusy || performance.now() + AGAIN >= until) {
      const reason = answer.body.toString('utf8', 0, 500);
      throw new EstromError('UNAVAILABLE', `Elasticsearch answered ${answer.status}: ${reason}`);
    }
    await delay(AGAIN);
  }
}

function failuresOf({ body }: WholeAnswer): DocumentFailure[] {
  const { items } = JSON.parse(body.toString()) as {
    items: { create: { status: number; error?: { type: string; reason: string } } }[];
  };
  return items.flatMap(({ create: { status, error } }, slot) =>
    error === undefined ? [] : [{ slot, status, type: error.type, reason: error.reason }],
  );
}
