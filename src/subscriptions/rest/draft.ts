import { Ajv } from 'ajv';
import { EstromError } from '../../errors.ts';
import { isObject, parseJson } from '../../query/json.ts';
import type { JsonObject, SubscriptionDraft } from '../model.ts';
import { complaint } from './complaints.ts';
import { DRAFT_SCHEMA } from './schemas.ts';

const validate = new Ajv({ verbose: true, strict: false }).compile<Draft>(DRAFT_SCHEMA);

interface Draft extends Omit<SubscriptionDraft, 'subscription'> {
  readonly subscription: Omit<SubscriptionDraft['subscription'], 'hits'> & {
    readonly hits: { readonly filter: string; readonly projection?: string };
  };
}

/**
 * A body as JSON.
 * @throws EstromError BAD_JSON with the offset; QUERY_LIMIT when it is nested too deeply
 */
export function readBody(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') {
    throw new EstromError('BAD_REQUEST', 'the body is missing: send a JSON object');
  }
  parseJson(text);
  return JSON.parse(text);
}

/**
 * What a caller says about a subscription. Members that nobody knows, or that only the server sets, are
 * ignored, and null is as good as absent; the trigger is checked elsewhere.
 * @throws EstromError BAD_REQUEST that names the member that is wrong
 */
export function readDraft(body: unknown): SubscriptionDraft {
  const given = withoutNulls(body);
  if (!validate(given)) throw complaint(validate.errors![0]!);
  const { created_by, active, starts_at, expires_at, title, subscription } = given;
  const userMetadatas = metadataOf(given as unknown as JsonObject);
  return {
    created_by,
    active,
    starts_at,
    ...(expires_at === undefined ? {} : { expires_at }),
    title,
    subscription: {
      trigger: subscription.trigger,
      callback: subscription.callback,
      hits: {
        filter: subscription.hits.filter,
        projection: subscription.hits.projection ?? '',
      },
    },
    ...(userMetadatas === undefined ? {} : { userMetadatas }),
  };
}

/** The types of ARLAS's client call it `user_metadatas`, its server and all else `userMetadatas`. */
function metadataOf({ userMetadatas, user_metadatas }: JsonObject): JsonObject | undefined {
  const given = userMetadatas ?? user_metadatas;
  if (given === undefined || isObject(given)) return given;
  throw new EstromError('BAD_REQUEST', '[user_metadatas] must be an object');
}

/** Without the nulls that stand for absent members; those inside of triggers and metadata are values. */
function withoutNulls(body: unknown): unknown {
  if (!isObject(body)) return body;
  const given = present(body);
  const { subscription } = given;
  if (!isObject(subscription)) return given;
  const inner = present(subscription);
  if (isObject(inner['hits'])) inner['hits'] = present(inner['hits']);
  return { ...given, subscription: inner };
}

function present(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
