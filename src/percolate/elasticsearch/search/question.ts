import {
  ALONE_FIELD,
  PART_FIELD,
  PARTS,
  PREFIX_FIELD,
  prefixesOf,
} from '../percolators/stored-fields.ts';
import type { Search } from '../worker/worker-messages.ts';

/** Which documents are percolated against which of the stored queries. */
export interface Question {
  readonly percolator: string;
  /** Queries that may cover the index, as JSON of a clause. */
  readonly covering: string;
  /** Whether it is about queries that must be asked about one document at a time. */
  readonly alone: boolean;
  /** Parts [first, end) of the stored queries. */
  readonly first: number;
  readonly end: number;
  /** Only these of them. */
  readonly ids?: readonly string[];
  readonly documents: Uint32Array;
}

export function coveringClause(index: string): string {
  return JSON.stringify({ terms: { [PREFIX_FIELD]: prefixesOf(index) } });
}

/** @param paused ids that are not asked */
export function searchOf(question: Question, paused: readonly string[], size: number): Search {
  const { percolator, covering, alone, first, end, ids, documents } = question;
  const clauses = [covering, `{"term":{"${ALONE_FIELD}":${alone}}}`];
  if (first > 0 || end < PARTS) {
    clauses.push(JSON.stringify({ range: { [PART_FIELD]: { gte: first, lt: end } } }));
  }
  if (ids !== undefined) clauses.push(idsClause(ids));
  return {
    target: percolator,
    filter: clauses.join(','),
    mustNot: paused.length === 0 ? '' : idsClause(paused),
    documents,
    size,
  };
}

/** Whether the documents can be percolated at all: asks no query, but has them parsed. */
export function probeOf({ percolator, documents }: Question): Search {
  const filter = `{"term":{"${PART_FIELD}":-1}}`;
  return { target: percolator, filter, mustNot: '', documents, size: 1 };
}

/** Asks nothing: only whether anybody answers. */
export function aliveProbeOf(target: string): Search {
  const filter = '{"match_none":{}}';
  return { target, filter, mustNot: '', documents: new Uint32Array(), size: 1 };
}

/** Whether there is a query that must be asked about one document at a time. */
export function aloneProbeOf(question: Question, paused: readonly string[]): Search {
  return searchOf({ ...question, alone: true, documents: new Uint32Array() }, paused, 1);
}

/** Halves of a question, by its documents or else by its queries; none where it can't be cut. */
export function halvesOf(question: Question, by: 'documents' | 'queries'): readonly Question[] {
  const { documents, first, end, ids } = question;
  if (by === 'documents') {
    if (documents.length < 2) return [];
    const middle = documents.length >> 1;
    return [documents.slice(0, middle), documents.slice(middle)].map((half) => ({
      ...question,
      documents: half,
    }));
  }
  if (ids !== undefined) {
    if (ids.length < 2) return [];
    const middle = ids.length >> 1;
    return [ids.slice(0, middle), ids.slice(middle)].map((half) => ({ ...question, ids: half }));
  }
  if (end - first < 2) return [];
  const middle = (first + end) >> 1;
  return [
    { ...question, end: middle },
    { ...question, first: middle },
  ];
}

function idsClause(ids: readonly string[]): string {
  return JSON.stringify({ ids: { values: ids } });
}
