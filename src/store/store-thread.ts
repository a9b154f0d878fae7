import { workerData } from 'node:worker_threads';
import type { Commit } from './changes.ts';
import { Database, type Found, type QueryColumns } from './database.ts';
import { answerCalls, type ThreadAnswer } from './thread-calls.ts';

export interface StoreThreadOptions {
  readonly folder: string;
  readonly canonicalVersion: number;
}

export type StoreCall =
  | { readonly call: 'open' }
  | { readonly call: 'next'; readonly onlyChanged: boolean }
  | { readonly call: 'commit'; readonly commit: Commit }
  | { readonly call: 'close' };

/** Answers come in the order of the calls. */
export type StoreAnswer = ThreadAnswer<Found | QueryColumns | undefined>;

/** So many queries travel together while they are loaded. */
const ROWS = 10_000;

const { folder, canonicalVersion } = workerData as StoreThreadOptions;
let database: Database | undefined;

function answer(call: StoreCall): Found | QueryColumns | undefined {
  switch (call.call) {
    case 'open':
      database = new Database(folder, canonicalVersion);
      return database.found();
    case 'next':
      return database!.nextQueries(ROWS, call.onlyChanged);
    case 'commit':
      database!.commit(call.commit);
      return undefined;
    case 'close':
      database?.close();
      return undefined;
  }
}

answerCalls(answer);
