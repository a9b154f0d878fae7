import { setTimeout as sleep } from 'node:timers/promises';
import type { Db, MongoClient } from 'mongodb';
import { ConfigError } from '../../config-load.ts';
import type { Logger } from '../../log.ts';
import { isHopeless } from './errors.ts';

export interface Connection {
  readonly client: MongoClient;
  readonly db: Db;
  /** For messages: the servers and the database, without name and password. */
  readonly where: string;
}

export interface GreetOptions {
  readonly log: Logger;
  /** What the start does; tried again as long as the server is away. */
  readonly begin: () => Promise<void>;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds. */
const SELECTION = 5000;
const CONNECTING = 5000;
/** A server that says nothing at all: longer than it may take to replicate a write. */
const SILENCE = 20_000;
const RETRY = 500;
/** Between two lines of the log that say the same. */
const QUIET = 60_000;

const URL = /^mongodb(?:\+srv)?:\/\/(?:[^/?]*@)?([^/?@]+)(?:\/([^?]*))?(?:\?.*)?$/s;

/**
 * A connection that is not made yet.
 * @param url `mongodb://` or `mongodb+srv://`, with a database
 * @throws ConfigError for a URL that is none
 */
export async function connectionTo(url: string): Promise<Connection> {
  const [, hosts, database] = URL.exec(url) ?? [];
  if (hosts === undefined || database === undefined || database === '') {
    throw new ConfigError(
      '--subscription-store has to be sqlite or a URL with a database, such as mongodb://127.0.0.1:27017/arlas',
    );
  }
  const client = await clientOf(url);
  return { client, db: client.db(), where: `MongoDB at ${hosts}/${database}` };
}

/**
 * Resolves when the server has answered and the start is made, however long it is away.
 * @throws ConfigError when the server does not let estrom in; the signal's reason. The connection is closed then
 */
export async function greet({ client, where }: Connection, options: GreetOptions): Promise<void> {
  const { log, begin, signal } = options;
  const stop = () => void client.close();
  signal?.addEventListener('abort', stop);
  let told = '';
  let toldAt = 0;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const error = await attempt(client, begin);
      if (error === undefined) break;
      await client.close();
      signal?.throwIfAborted();
      const reason = error.message;
      if (isHopeless(error)) {
        throw new ConfigError(
          `--subscription-store: ${where} cannot be used: ${reason}; check name and password (it takes the role readWrite), and what the URL says after "?"`,
        );
      }
      const now = performance.now();
      if (reason !== told || now - toldAt > QUIET) {
        log.warn({ reason }, `waiting for ${where}`);
        told = reason;
        toldAt = now;
      }
      await sleep(RETRY, undefined, signal && { signal });
    }
    if (told !== '') log.info(`${where} answers`);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** @returns why it failed */
async function attempt(
  client: MongoClient,
  begin: () => Promise<void>,
): Promise<Error | undefined> {
  try {
    await client.connect();
    await begin();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** The driver takes a while to load, and only those need it who keep subscriptions in MongoDB. */
async function clientOf(url: string): Promise<MongoClient> {
  const { MongoClient: Client } = await import('mongodb');
  try {
    return new Client(url, {
      appName: 'estrom',
      serverSelectionTimeoutMS: SELECTION,
      connectTimeoutMS: CONNECTING,
      socketTimeoutMS: SILENCE,
      // What is read is what counts: kept by most members, and never the past of one that lags.
      readConcern: { level: 'majority' },
      readPreference: 'primary',
    });
  } catch (error) {
    throw new ConfigError(`--subscription-store: ${(error as Error).message}`);
  }
}
