import { setTimeout } from 'node:timers/promises';
import { EstromError } from '../../errors.ts';
import { canonicalise } from '../../query/canonical.ts';
import { parseJson } from '../../query/json.ts';
import { isLive, type JsonObject, type KeptSubscription } from '../model.ts';
import { makeOrder, orderHead, orderTail } from '../orders/order.ts';
import type { DryRun, Sample, TriedSubscription } from '../rest/dry-run.ts';
import { parseRowFilter } from '../rights/row-filter.ts';
import type { SubscriptionBounds } from '../rights/subscription-bounds.ts';
import type { FilterTrials, ScopedFilter } from './dry-run-filters.ts';
import { REASONS, type Reason } from './dry-run-reasons.ts';
import type { FilterTemplate } from './filter-template.ts';
import type { EventDocument, MatcherDeps } from './matcher.ts';
import { type CompiledSubscription, compileSubscription, type RowBounds } from './matcher-entry.ts';

export interface DryRunParts {
  readonly template: FilterTemplate;
  readonly bounds: Pick<SubscriptionBounds, 'rightsOf'>;
  /** Asked for when the first filter is tried. */
  readonly trials: () => Pick<FilterTrials, 'match'>;
  /** The document of an event that does not bring it. */
  readonly fetch?: MatcherDeps['fetch'];
  /** What it fetches is in the event itself, so that who tries has it already. */
  readonly isInEvent?: boolean;
  /** Index of documents of which nobody says one. */
  readonly index?: string;
  /** The event that a document is when it comes in; undefined where it is none. */
  readonly eventOf?: (document: EventDocument) => string | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds that a document is waited for. */
  readonly patience?: number;
}

/** What was found out of a document; null where it was not looked at. */
interface Looked {
  readonly document: EventDocument | null | undefined;
  readonly filter: boolean | null;
  readonly rowFilter: boolean | null;
}

/** Of a subscription that is not kept, and of an event that has no place in a source. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
const POSITION = 'dry-run';
const SOME_INDEX = 'documents';
const PATIENCE = 6000;
const NOTHING: Looked = { document: undefined, filter: null, rowFilter: null };

/** Tries subscriptions on events; see {@link DryRun}. */
export function makeDryRun(parts: DryRunParts): DryRun {
  const { template, bounds: rights, now = Date.now } = parts;
  return async (tried, sent, grant): Promise<JsonObject> => {
    const subscription = asKept(tried);
    const sample = { ...sent, event: sent.event ?? eventOf(parts, sent) };
    const { bounds } = rights.rightsOf({ ...grant, created_by: tried.created_by });
    const compiled = compileSubscription(template, subscription, { filter: null });
    const trigger = compiled.trigger.test(valuesOf(template, sample));
    const looked = await look(parts, { compiled, bounds, sample, trigger });
    const seconds = Math.floor(now() / 1000);
    const isStarted = subscription.starts_at <= seconds;
    const against: Readonly<Record<Reason, boolean>> = {
      not_active: !subscription.active,
      not_started: !isStarted,
      expired: isStarted && !isLive({ ...subscription, active: true }, seconds),
      trigger: !trigger,
      row_filter_unresolved: bounds === null,
      document_missing: looked.document === null,
      filter: looked.filter === false,
      row_filter: looked.rowFilter === false,
    };
    const reason = (Object.keys(REASONS) as Reason[]).find((one) => against[one]) ?? null;
    return {
      matches: reason === null,
      reason,
      message: reason === null ? 'an order would be sent' : REASONS[reason],
      stages: {
        active: subscription.active,
        time: !against.not_started && !against.expired,
        trigger,
        document: looked.document === undefined ? null : looked.document !== null,
        filter: looked.filter,
        row_filter: looked.rowFilter,
      },
      order: reason === null ? orderOf(subscription, compiled, sample, looked.document!) : null,
    };
  };
}

type FullSample = Sample & { readonly event: string };

interface Looking {
  readonly compiled: CompiledSubscription;
  readonly bounds: RowBounds | null;
  readonly sample: FullSample;
  readonly trigger: boolean;
}

async function look(parts: DryRunParts, looking: Looking): Promise<Looked> {
  const { compiled, bounds, sample, trigger } = looking;
  const isGiven = sample.document !== null;
  // Only what would be sent if all went well is fetched.
  if (!isGiven && (!trigger || bounds === null)) return NOTHING;
  const document = isGiven ? givenDocument(parts, sample) : await fetched(parts, sample);
  if (document === null) return { ...NOTHING, document };
  const filters: ScopedFilter[] = [{ filter: compiled.filter, scope: '*' }];
  if (bounds !== null) filters.push(rowFilterOf(bounds));
  const [filter = null, rowFilter = null] = await parts.trials().match(document, filters);
  const isForeign = !isGiven && parts.isInEvent !== true;
  // Whether there is a document that they may not see is not for them, nor what it holds.
  if (isForeign && rowFilter !== true) return { ...NOTHING, document: null };
  return { document, filter, rowFilter };
}

function rowFilterOf({ filter, scope = '*' }: RowBounds): ScopedFilter {
  const query = typeof filter === 'string' ? parseRowFilter(filter) : filter;
  return { filter: canonicalise(query ?? { kind: 'all' }), scope };
}

function givenDocument({ index = SOME_INDEX }: DryRunParts, sample: Sample): EventDocument {
  return { index: sample.index ?? index, id: '', source: sample.document! };
}

/** @throws EstromError BAD_REQUEST for a document that makes none */
function eventOf(parts: DryRunParts, sample: Sample): string {
  const document = givenDocument(parts, sample);
  const event = parts.eventOf?.(document);
  if (event !== undefined) return event;
  throw new EstromError(
    'BAD_REQUEST',
    `[event] is missing: documents of the index [${document.index}] make none when they come in`,
  );
}

/** @throws EstromError UNAVAILABLE, BAD_DOCUMENT */
async function fetched(
  { fetch, patience = PATIENCE }: DryRunParts,
  { event, index }: FullSample,
): Promise<EventDocument | null> {
  if (fetch === undefined) return null;
  const late = new AbortController();
  const document = fetch({ position: POSITION, text: event }, JSON.parse(event));
  const timeout = setTimeout(patience, undefined, { signal: late.signal }).then(() => {
    throw new EstromError('UNAVAILABLE', 'the document of the event did not come; try again');
  });
  try {
    const found = await Promise.race([document, timeout]);
    return found === null || index === null ? found : { ...found, index };
  } finally {
    late.abort();
    for (const promise of [document, timeout]) promise.catch(() => {});
  }
}

function valuesOf(template: FilterTemplate, { event }: FullSample) {
  try {
    return template.prepare(JSON.parse(event)).values;
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    throw new EstromError(error.code, `[event]: ${error.message}`);
  }
}

function orderOf(
  subscription: KeptSubscription,
  { projection }: CompiledSubscription,
  { event }: FullSample,
  { source }: EventDocument,
): JsonObject {
  const head = orderHead(event, Object.keys(JSON.parse(event) as JsonObject));
  const data = projection.apply(source);
  const { message } = makeOrder(head, POSITION, data, subscription, orderTail(subscription));
  // Numbers keep their digits.
  return parseJson(message, 'the order') as JsonObject;
}

function asKept(tried: TriedSubscription): KeptSubscription {
  return {
    ...{ id: NO_ID, created_at: 0, modified_at: 0, created_by_admin: false },
    ...tried,
    deleted: false,
    estrom: { revision: 1, principal: null, rowFilter: null },
  };
}
