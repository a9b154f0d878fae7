import type { ErrorCode } from '../errors.ts';
import { type LibraryError, reasonOf } from './kafka-error.ts';
import { partitionName } from './partition.ts';
import { type PartitionAnswer, ProduceAnswer } from './produce-answer.ts';

/** What brokers say of the record itself. Whatever else they say, another time they may take it. */
const OF_THE_RECORD: Readonly<Record<string, ErrorCode>> = {
  MESSAGE_TOO_LARGE: 'TOO_LARGE',
  RECORD_LIST_TOO_LARGE: 'TOO_LARGE',
  INVALID_RECORD: 'BAD_DOCUMENT',
  INVALID_TIMESTAMP: 'BAD_DOCUMENT',
};
/** The broker has forgotten how far the numbers of requests were, and took nothing. They begin anew after a failure. */
const NUMBERS_LOST: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
]);

/** What becomes of one partition's records of a request that failed. */
export interface Verdict {
  /**
   * `written`: they are there. `again`: they are not, and may be taken another time. `record`: one of them is refused,
   * whenever it comes. `refused`: all are, for now. `unanswered`: no broker was asked, or none said what became of them.
   */
  readonly fate: 'written' | 'again' | 'record' | 'refused' | 'unanswered';
  readonly code: ErrorCode;
  readonly reason: string;
}

type SendError = LibraryError & {
  /** Where those brokers wrote that had no error at all. */
  readonly produced?: { readonly offsets?: readonly { topic: string; partition: number }[] };
};

/** @returns what a failed send means for the records of one partition: the same object whenever it is asked for that one */
export function verdictsOf(error: unknown): (topic: string, partition: number) => Verdict {
  const verdicts = new Map<string, Verdict>();
  const others: LibraryError[] = [];
  for (const { topic, partition } of (error as SendError).produced?.offsets ?? []) {
    verdicts.set(partitionName(topic, partition), WRITTEN);
  }
  for (const each of leavesOf(error as LibraryError)) {
    if (!(each instanceof ProduceAnswer)) {
      others.push(each);
      continue;
    }
    for (const answer of each.partitions) {
      const name = partitionName(answer.topic, answer.partition);
      if (verdicts.get(name)?.fate !== 'written') verdicts.set(name, verdictOf(answer));
    }
  }
  const reason = reasonOf(others.at(-1) ?? error);
  const unanswered: Verdict = { fate: 'unanswered', code: 'UNAVAILABLE', reason };
  return (topic, partition) => verdicts.get(partitionName(topic, partition)) ?? unanswered;
}

const WRITTEN: Verdict = { fate: 'written', code: 'UNAVAILABLE', reason: '' };

/** Errors of single attempts, the oldest of a broker first. */
function leavesOf(error: LibraryError): readonly LibraryError[] {
  return error.errors === undefined ? [error] : error.errors.flatMap(leavesOf);
}

function verdictOf({ kind, canRetry, reason }: PartitionAnswer): Verdict {
  if (kind === '') return WRITTEN;
  const code = OF_THE_RECORD[kind];
  if (code !== undefined) return { fate: 'record', code, reason };
  const fate = canRetry || NUMBERS_LOST.has(kind) ? 'again' : 'refused';
  return { fate, code: 'UNAVAILABLE', reason };
}
