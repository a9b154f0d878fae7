import { workerData } from 'piscina';
import {
  type BatchAnswer,
  BatchMatcher,
  type BatchMatcherOptions,
  type BatchTask,
} from './match/batch-matcher.ts';

const matcher = new BatchMatcher(workerData as BatchMatcherOptions);

/** The thread's side of {@link EmbeddedEngine}: one call per batch. */
export function percolate(task: BatchTask): BatchAnswer {
  return matcher.match(task);
}
