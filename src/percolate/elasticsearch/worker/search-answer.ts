import type { RawAnswer } from './node-ring.ts';
import type { Found, RetryCause, Search, SearchError, SearchOutcome } from './worker-messages.ts';

/** Members of an answer that are read: hits are most of it, and this leaves a third of them. */
export const FILTER_PATH = [
  'error',
  'status',
  'responses.error',
  'responses.status',
  'responses.timed_out',
  'responses._shards.failed',
  'responses.hits.hits._id',
  'responses.hits.hits.fields',
].join(',');

interface Hit {
  readonly _id: string;
  readonly fields?: { readonly _percolator_document_slot?: readonly number[] };
}

interface ErrorBody {
  readonly type?: string;
  readonly reason?: string;
  readonly root_cause?: readonly ErrorBody[];
  readonly caused_by?: ErrorBody;
}

interface Response {
  readonly status?: number;
  readonly error?: ErrorBody | string;
  readonly timed_out?: boolean;
  readonly _shards?: { readonly failed?: number };
  readonly hits?: { readonly hits?: readonly Hit[] };
}

export type ReadAnswer =
  | { readonly outcomes: readonly SearchOutcome[] }
  | { readonly cause: RetryCause; readonly reason: string };

/** What one search made of an answer: nothing of it is kept when another search has to be retried. */
export function readAnswer({ status, text }: RawAnswer, searches: readonly Search[]): ReadAnswer {
  const body = parsed(text);
  if (status >= 400 || body?.responses === undefined) {
    // Something between that answers 200 and no JSON is not Elasticsearch.
    const error = errorOf({ ...body, status: status >= 400 ? status : 502 });
    return settle(searches.map(() => ({ error })));
  }
  const { responses } = body;
  return settle(searches.map((search, i) => outcomeOf(search, responses[i])));
}

function outcomeOf(search: Search, response: Response | undefined): SearchOutcome {
  if (response === undefined) {
    return { error: { status: 502, type: 'missing', reason: 'fewer answers than searches' } };
  }
  if (response.error !== undefined) return { error: errorOf(response) };
  if (response.timed_out === true || (response._shards?.failed ?? 0) > 0) {
    return { error: { status: 503, type: 'partial', reason: 'not all shards answered' } };
  }
  return { found: foundOf(search, response.hits?.hits ?? []) };
}

function foundOf({ documents }: Search, hits: readonly Hit[]): Found {
  let count = 0;
  for (const { fields } of hits) count += fields?._percolator_document_slot?.length ?? 0;
  const pairs = new Uint32Array(count * 2);
  let at = 0;
  const ids = hits.map(({ _id, fields }, position) => {
    for (const document of fields?._percolator_document_slot ?? []) {
      pairs[at++] = documents[document]!;
      pairs[at++] = position;
    }
    return _id;
  });
  return { ids, pairs };
}

/** If one search of a request has to wait, all have: they are few, and it is rare. */
function settle(outcomes: readonly SearchOutcome[]): ReadAnswer {
  for (const outcome of outcomes) {
    if (!('error' in outcome)) continue;
    const { status, type, reason } = outcome.error;
    const cause = retryCause(outcome.error);
    if (cause !== undefined) return { cause, reason: `${status} ${type}: ${reason}` };
  }
  return { outcomes };
}

function retryCause({ status, type }: SearchError): RetryCause | undefined {
  if (type === 'circuit_breaking_exception') return 'breaker';
  if (status === 429) return 'rejected';
  if (status === 408 || status === 504) return 'timeout';
  return status === 502 || status === 503 ? 'unavailable' : undefined;
}

function errorOf({ status, error }: Response): SearchError {
  if (error === undefined || typeof error === 'string') {
    return { status: status ?? 500, type: 'exception', reason: error ?? 'no reason given' };
  }
  // The outermost one only says that all shards failed.
  const cause = error.root_cause?.[0] ?? error.caused_by ?? error;
  return {
    status: status ?? 500,
    type: cause.type ?? 'exception',
    reason: cause.reason ?? error.reason ?? 'no reason given',
  };
}

/** Undefined for what is not JSON: the error page of something between. */
function parsed(text: string): (Response & { responses?: readonly Response[] }) | undefined {
  try {
    return JSON.parse(text) as Response;
  } catch {
    return undefined;
  }
}
