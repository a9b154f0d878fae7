import type { Question } from './query-strings.ts';

/** Documents and a query on which the engines disagree. */
export interface Dispute {
  readonly documents: readonly string[];
  readonly query: Question['query'];
  /** A document that probably suffices. */
  readonly suspect?: number;
}

/** How many smaller disputes are tried: each costs an index. */
const TRIES = 150;

/** The smallest dispute found by leaving things out. */
export async function shrink(
  dispute: Dispute,
  disagree: (smaller: Dispute) => Promise<boolean>,
): Promise<Dispute> {
  let smallest = dispute;
  let tries = TRIES;
  for (let found = true; found && tries > 0; ) {
    found = false;
    for (const smaller of smallerOf(smallest)) {
      if (tries-- <= 0) break;
      if (!(await disagree(smaller))) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
}

function* smallerOf({ documents, query, suspect }: Dispute): Generator<Dispute> {
  if (suspect !== undefined) yield { documents: [documents[suspect]!], query };
  for (let size = Math.ceil(documents.length / 2); size >= 1; size = size >> 1) {
    if (size >= documents.length) continue;
    for (let at = 0; at < documents.length; at += size) {
      yield { documents: documents.toSpliced(at, size), query };
    }
  }
  for (const smaller of smallerQueries(query)) yield { documents, query: smaller };
  for (const [at, source] of documents.entries()) {
    for (const smaller of smallerValues(JSON.parse(source) as unknown)) {
      if (typeof smaller !== 'object' || smaller === null || Array.isArray(smaller)) continue;
      yield { documents: documents.with(at, JSON.stringify(smaller)), query };
    }
  }
}

function* smallerQueries(query: Question['query']): Generator<Question['query']> {
  if (typeof query === 'string') {
    yield* smallerTexts(query);
    return;
  }
  const inner = (query['query_string'] as { query?: unknown } | undefined)?.query;
  if (typeof inner === 'string') yield inner;
  for (const clause of innerClauses(query)) yield clause;
  for (const smaller of smallerValues(query)) yield smaller as Record<string, unknown>;
}

/** The clauses of a bool or constant_score, each alone. */
function* innerClauses(query: Record<string, unknown>): Generator<Record<string, unknown>> {
  for (const body of Object.values(query)) {
    if (typeof body !== 'object' || body === null) continue;
    for (const key of ['must', 'filter', 'should', 'must_not']) {
      const clauses = (body as Record<string, unknown>)[key];
      if (clauses !== undefined) yield* [clauses].flat() as Record<string, unknown>[];
    }
  }
}

function* smallerTexts(text: string): Generator<string> {
  for (let size = text.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < text.length; at += size) {
      const smaller = text.slice(0, at) + text.slice(at + size);
      if (smaller !== '') yield smaller;
    }
  }
}

function* smallerValues(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const at of value.keys()) yield value.toSpliced(at, 1);
    for (const [at, element] of value.entries()) {
      for (const smaller of smallerValues(element)) yield value.with(at, smaller);
    }
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    for (const at of members.keys()) yield Object.fromEntries(members.toSpliced(at, 1));
    for (const [at, [key, member]] of members.entries()) {
      for (const smaller of smallerValues(member)) {
        yield Object.fromEntries(members.with(at, [key, smaller]));
      }
    }
  } else if (typeof value === 'string' && value.length > 1) yield* smallerTexts(value);
}
