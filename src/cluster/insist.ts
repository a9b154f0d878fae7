import { setTimeout as wait } from 'node:timers/promises';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { seldom } from '../seldom.ts';

/** Milliseconds. */
const RETRY = 300;
/** Attempts that fail without a word: an index that was just made may not answer yet. */
const SILENT = 3;

/**
 * Does what needs Elasticsearch until it succeeds.
 * @throws EstromError UNAVAILABLE when nobody wants it any more
 */
export async function insist<T>(
  act: () => Promise<T>,
  log: Logger,
  isClosed: () => boolean,
): Promise<T> {
  let isTold = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (isClosed()) throw new EstromError('UNAVAILABLE', 'estrom is shutting down');
      const result = await act();
      if (isTold) log.info('Elasticsearch answers');
      return result;
    } catch (error) {
      if (isClosed()) throw error;
      if (attempt === SILENT) isTold = seldom(log).warn(error, 'waiting for Elasticsearch');
      await wait(RETRY, undefined, { ref: false });
    }
  }
}
