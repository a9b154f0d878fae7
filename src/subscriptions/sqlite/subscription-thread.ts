import { workerData } from 'node:worker_threads';
import { answerCalls, type ThreadAnswer } from '../../store/thread-calls.ts';
import type { SubscriptionFilter, SubscriptionPage } from '../subscription-store.ts';
import type { SubscriptionRow } from './rows.ts';
import {
  type Change,
  type Changed,
  type ListedRows,
  SubscriptionDatabase,
} from './subscription-database.ts';

export interface SubscriptionThreadOptions {
  readonly folder: string;
}

/** What the thread is asked, and what it answers to each. */
export interface SubscriptionCalls {
  readonly open: { readonly asked: object; readonly answer: null };
  readonly commit: { readonly asked: { changes: readonly Change[] }; readonly answer: Changed[] };
  readonly get: { readonly asked: { id: string }; readonly answer: SubscriptionRow | null };
  readonly list: {
    readonly asked: { filter: SubscriptionFilter; page: SubscriptionPage };
    readonly answer: ListedRows;
  };
  readonly group: {
    readonly asked: { after: string; most: number };
    readonly answer: SubscriptionRow[];
  };
  readonly close: { readonly asked: object; readonly answer: null };
}

export type SubscriptionCall = {
  [C in keyof SubscriptionCalls]: { readonly call: C } & SubscriptionCalls[C]['asked'];
}[keyof SubscriptionCalls];

/** Answers come in the order of the calls. */
export type SubscriptionAnswer = ThreadAnswer<SubscriptionCalls[keyof SubscriptionCalls]['answer']>;

const { folder } = workerData as SubscriptionThreadOptions;
let database: SubscriptionDatabase | undefined;

function answer(call: SubscriptionCall) {
  switch (call.call) {
    case 'open':
      database = new SubscriptionDatabase(folder);
      return null;
    case 'commit':
      return database!.commit(call.changes);
    case 'get':
      return database!.get(call.id);
    case 'list':
      return database!.list(call.filter, call.page);
    case 'group':
      return database!.group(call.after, call.most);
    case 'close':
      database?.close();
      return null;
  }
}

answerCalls(answer);
