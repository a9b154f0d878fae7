import { setTimeout as sleep } from 'node:timers/promises';
import type { Db, MongoClient } from 'mongodb';
import { ConfigError } from '../../config-load.ts';
import type { Logger } from '../../log.ts';
import { isForbidden } from './errors.ts';

export interface Connection {
  readonly client: MongoClient;
  readonly db: Db;
  /** For messages: the servers and the database, without name and password. */
  readonly where: string;
}

export interface ConnectOptions {
  /** `mongodb://` or `mongodb+srv://`, with a database. */
  readonly url: string;
  readonly log: Logger;
  /** Part of the start: tried again as long as the server is away. */
  readonly prepare: (db: Db) => Promise<void>;
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
 * Resolves when MongoDB has answered, however long it is away.
 * @throws ConfigError for a URL that is none or a server that does not let estrom in; the signal's reason
 */
export async function connect({ url, log, prepare, signal }: ConnectOptions): Promise<Connection> {
  const [, hosts, database] = URL.exec(url) ?? [];
  if (hosts === undefined || database === undefined || database === '') {
    throw new ConfigError(
      '--subscription-store has to be sqlite or a URL with a database, such as mongodb://127.0.0.1:27017/arlas',
    );
  }
  const where = `MongoDB at ${hosts}/${database}`;
  const client = await clientOf(url);
  let told = '';
  let toldAt = 0;
  for (;;) {
    try {
      await client.connect();
      const db = client.db();
      await db.command({ ping: 1 });
      await prepare(db);
      if (told !== '') log.info(`${where} answers`);
      return { client, db, where };
    } catch (error) {
      await client.close();
      const reason = (error as Error).message;
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
    }
    await sleep(RETRY, undefined, signal && { signal });
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

function isHopeless(error: unknown): boolean {
  return isForbidden(error) || (error as Error).name === 'MongoCompatibilityError';
}
