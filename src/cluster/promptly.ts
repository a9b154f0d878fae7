import type { AskOptions, ElasticsearchConnection } from '../elasticsearch/connection.ts';
import { EstromError } from '../errors.ts';

/** Milliseconds. */
const TIMEOUT = 5000;
/** A failure sooner than this may be that of a connection that nobody had used for a while. */
const SOON = 500;

/**
 * Asks at once or not at all: somebody waits, and everybody here tries again in time.
 * As `ElasticsearchConnection.demand`.
 */
export async function promptly(
  elasticsearch: ElasticsearchConnection,
  method: string,
  path: string,
  options: AskOptions = {},
): Promise<unknown> {
  const began = performance.now();
  const ask = () =>
    elasticsearch.demand(method, path, { timeout: TIMEOUT, retries: 0, ...options });
  try {
    return await ask();
  } catch (error) {
    const isLost = error instanceof EstromError && error.code === 'UNAVAILABLE';
    if (!isLost || performance.now() - began > SOON) throw error;
    return await ask();
  }
}
