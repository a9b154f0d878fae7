import { EstromError } from '../../errors.ts';
import { describe } from '../dsl/dsl-reader.ts';
import { isObject, parseJson } from '../json.ts';
import { kqlTextOf, type Language } from '../query-language.ts';
import type { HeldBack } from './held-back.ts';
import type { QueryEntry } from './query-entry.ts';
import type { RegisterRequest } from './registration.ts';

const KEYS = ['index', 'query', 'lang', 'ttl'];

/**
 * Reads the body of a registration, `{"index","query","lang"?,"ttl"?}`.
 * @throws EstromError BAD_JSON or BAD_REQUEST
 */
export function readRegistration(text: string): RegisterRequest {
  const body = parseJson(text);
  if (!isObject(body)) {
    throw bad(`expected {"index":…,"query":…}, but found ${describe(body)}`);
  }
  for (const key of Object.keys(body)) {
    if (!KEYS.includes(key)) throw bad(`unknown key [${key}]; allowed are ${KEYS.join(', ')}`);
  }
  const { index, query, lang, ttl } = body;
  if (index !== undefined && index !== null && typeof index !== 'string') {
    throw bad(`[index] must be a text such as "logs-*,metrics", but found ${describe(index)}`);
  }
  if (query === undefined || query === null) {
    throw bad('[query] is missing; "*" or {"match_all":{}} matches every document');
  }
  return { index, query, lang, ttl };
}

/** A query as the interface shows it. */
export function queryBody(entry: QueryEntry): Record<string, unknown> {
  const { id, topic, index, live } = entry;
  return { subscription_id: id, topic, index, ...shownQuery(entry), live };
}

/** The same with its times, and why nothing matches it. */
export function queryDetails(
  entry: QueryEntry,
  held: HeldBack | null = null,
): Record<string, unknown> {
  const body = queryBody(entry);
  body['created_at'] = new Date(entry.createdAt).toISOString();
  if (entry.expiresAt !== undefined) body['expires_at'] = new Date(entry.expiresAt).toISOString();
  if (held !== null) body['held_back'] = { reason: held.reason, fields: held.unmapped };
  return body;
}

/** What a query costs for one document for which presearch brings it up. */
export interface SlowQuery {
  readonly entry: QueryEntry;
  readonly samples: number;
  readonly meanSeconds: number;
  readonly longestSeconds: number;
  readonly paused: string | null;
}

export function slowBody(query: SlowQuery): Record<string, unknown> {
  const { entry, samples, meanSeconds, longestSeconds, paused } = query;
  const { id: subscription_id, index } = entry;
  const cost = { samples, mean_seconds: meanSeconds, longest_seconds: longestSeconds, paused };
  return { subscription_id, index, ...shownQuery(entry), ...cost };
}

/** The query as given: a text in another language than that of query strings with its language. */
function shownQuery({ query }: QueryEntry): { query: unknown; lang?: Language } {
  const kql = kqlTextOf(query);
  return kql === null ? { query } : { query: kql, lang: 'kql' };
}

/**
 * Refuses what the address of a list does not take: a filter that is passed over would show too much.
 * @throws EstromError BAD_REQUEST
 */
export function checkParameters(query: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const names = known.map((name) => `[${name}]`).join(', ');
  throw bad(`unknown parameter [${unknown}]; known are ${names}`);
}

/**
 * Reads a whole number of the address.
 * @throws EstromError BAD_REQUEST
 */
export function readCount(
  query: Record<string, unknown>,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const given = query[name];
  if (given === undefined) return undefined;
  const value = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : -1;
  if (value >= least && value <= most) return value;
  throw bad(`[${name}] must be a whole number from ${least} to ${most}`);
}

function bad(reason: string): EstromError {
  return new EstromError('BAD_REQUEST', reason);
}
