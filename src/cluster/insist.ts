import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../log.ts';

/** Milliseconds. */
const RETRY = 300;
/** Attempts that fail without a word: an index that was just made may not answer yet. */
const SILENT = 3;

/** Does what needs Elasticsearch until it succeeds, or nobody wants it any more. */
export async function insist(
  act: () => Promise<void>,
  log: Logger,
  isClosed: () => boolean,
): Promise<void> {
  for (let attempt = 1; !isClosed(); attempt += 1) {
    try {
      await act();
      if (attempt > SILENT) log.info('Elasticsearch answers');
      return;
    } catch (error) {
      const reason = (error as Error).message;
      if (attempt === SILENT) log.warn({ reason }, 'waiting for Elasticsearch');
      await wait(RETRY, undefined, { ref: false });
    }
  }
}
