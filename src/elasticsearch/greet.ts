import { setTimeout as wait } from 'node:timers/promises';
import { ConfigError } from '../config-load.ts';
import type { Logger } from '../log.ts';
import { type Answer, type ElasticsearchConnection, reasonOf } from './connection.ts';

/** Milliseconds. */
const RETRY = 500;
const TIMEOUT = 5000;
/** Between two lines of the log that say the same. */
const QUIET = 60_000;

/** Oldest version that estrom works with, and the newest that it knows. */
const OLDEST = [7, 17] as const;
const NEWEST_MAJOR = 9;
/** The same of OpenSearch. */
const OPENSEARCH_MAJOR = 3;

export interface Greeting {
  readonly connection: Pick<ElasticsearchConnection, 'ask' | 'address'>;
  readonly log: Logger;
  readonly isClosed: () => boolean;
}

/**
 * Resolves when Elasticsearch has said what it is, however long it is away.
 * @throws ConfigError when it does not let estrom in, or is one that estrom cannot work with
 */
export async function greet({ connection, log, isClosed }: Greeting): Promise<void> {
  let told = '';
  let toldAt = 0;
  while (!isClosed()) {
    const reason = await attempt(connection, log);
    if (reason === undefined) {
      if (told !== '') log.info(`Elasticsearch at ${connection.address} answers`);
      return;
    }
    const now = performance.now();
    if (reason !== told || now - toldAt > QUIET) {
      log.warn({ reason }, `waiting for Elasticsearch at ${connection.address}`);
      told = reason;
      toldAt = now;
    }
    await wait(RETRY, undefined, { ref: false });
  }
}

/** @returns why to try again */
async function attempt(
  connection: Greeting['connection'],
  log: Logger,
): Promise<string | undefined> {
  let answer: Answer;
  try {
    answer = await connection.ask('GET', '/', {
      ...{ timeout: TIMEOUT, retries: 0, isAnyProduct: true },
    });
  } catch (error) {
    return (error as Error).message;
  }
  const { status, body } = answer;
  const where = `Elasticsearch at ${connection.address}`;
  if (status === 401) {
    throw new ConfigError(
      `${where} does not let estrom in: 401, ${reasonOf(body)}; check --elasticsearch-api-key, or name and password in --elasticsearch`,
    );
  }
  if (status === 403) {
    log.warn(`${where} does not tell its version to this key (it lacks "monitor"): going on`);
    return undefined;
  }
  if (status >= 400) return `it answered ${status} to GET /: ${reasonOf(body)}`;
  judge(where, body, log);
  return undefined;
}

function judge(where: string, body: unknown, log: Logger): void {
  const { version } = (typeof body === 'object' && body !== null ? body : {}) as {
    version?: { number?: string; distribution?: string };
  };
  const number = version?.number;
  // Versions before 7.14 do not.
  if (number === undefined) throw notIt(where, 'does not say that it is Elasticsearch');
  const [major = 0, minor = 0] = number.split('.').map(Number);
  if (version?.distribution === 'opensearch') {
    if (major < OPENSEARCH_MAJOR) throw notIt(where, `is OpenSearch ${number}`);
    if (major > OPENSEARCH_MAJOR) {
      log.warn(`${where} is OpenSearch ${number}, which is newer than estrom knows: going on`);
    }
    return;
  }
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw notIt(where, `has version ${number}`);
  }
  if (major > NEWEST_MAJOR) {
    log.warn(`${where} has version ${number}, which is newer than estrom knows: going on`);
  }
}

function notIt(where: string, what: string): ConfigError {
  return new ConfigError(
    `${where} ${what}; estrom works with Elasticsearch 7.17, 8 and 9 and with OpenSearch 3, not with older ones: name another in --elasticsearch`,
  );
}
