import type { DocumentFailure } from '../document.ts';
import type { ClosedBatch } from './batch-builder.ts';
import type { SingleAction } from './document-parser.ts';
import type { Collector } from './intake.ts';
import type { SingleOutcome } from './shared-batch.ts';

/** Takes the outcome of a body that is one document with a slab of its own. */
export class SingleCollector implements Collector {
  /** Null until the body is percolated. */
  outcome: SingleOutcome | null = null;

  open(): void {}

  settle(closed: ClosedBatch, failures: readonly DocumentFailure[]): void {
    const { batch, asides, firstSeqNo } = closed;
    const [aside] = asides;
    this.outcome =
      batch.count === 0
        ? { id: aside?.id, seqNo: firstSeqNo, error: aside?.error ?? null }
        : { id: batch.ids.at(0)!, seqNo: firstSeqNo, error: failures[0] ?? null };
  }
}

/** Elasticsearch's answer to a request about one document, and its status. */
export function singleAnswer(
  { op, index }: SingleAction,
  { id, seqNo, error }: SingleOutcome,
): { status: number; body: Record<string, unknown> } {
  if (error !== null) {
    const { type, reason } = error;
    const cause = { type, reason, index };
    return {
      status: error.status,
      body: { error: { root_cause: [cause], ...cause }, status: error.status },
    };
  }
  const isDelete = op === 'delete';
  return {
    status: isDelete ? 404 : 201,
    body: {
      _index: index,
      _id: id,
      _version: 1,
      result: isDelete ? 'not_found' : 'created',
      _shards: { total: 1, successful: 1, failed: 0 },
      _seq_no: seqNo,
      _primary_term: 1,
    },
  };
}
