import { workerData } from 'node:worker_threads';
import { answerCalls, type ThreadAnswer } from '../../store/thread-calls.ts';
import type { DeadLetter } from './dead-letter-table.ts';
import {
  type OutboxCommit,
  type OutboxCommitted,
  OutboxDatabase,
  type OutboxFound,
  type OutboxOrder,
} from './outbox-database.ts';

export type OutboxCall =
  | { readonly call: 'open' }
  | { readonly call: 'commit'; readonly commit: OutboxCommit }
  | { readonly call: 'fresh'; readonly sink: string; readonly after: number; readonly most: number }
  | { readonly call: 'due'; readonly sink: string; readonly now: number; readonly most: number }
  | {
      readonly call: 'left';
      readonly sink: string;
      readonly subscriptionId: string;
      readonly after: number;
      readonly most: number;
    }
  | {
      readonly call: 'unpark';
      readonly sink: string;
      readonly subscriptionIds: readonly string[];
      readonly now: number;
    }
  | { readonly call: 'dead'; readonly most: number; readonly before: number }
  | { readonly call: 'close' };

/** Answers come in the order of the calls. */
export type OutboxAnswer = ThreadAnswer<
  OutboxFound | OutboxCommitted | readonly OutboxOrder[] | readonly DeadLetter[] | undefined
>;

let database: OutboxDatabase | undefined;

function answer(call: OutboxCall): Extract<OutboxAnswer, { ok: unknown }>['ok'] {
  switch (call.call) {
    case 'open':
      database = new OutboxDatabase(workerData as string);
      return database.found();
    case 'commit':
      return database!.commit(call.commit);
    case 'fresh':
      return database!.fresh(call.sink, call.after, call.most);
    case 'due':
      return database!.due(call.sink, call.now, call.most);
    case 'left':
      return database!.left(call.sink, call.subscriptionId, call.after, call.most);
    case 'unpark':
      database!.unpark(call.sink, call.subscriptionIds, call.now);
      return undefined;
    case 'dead':
      return database!.deadLetters(call.most, call.before);
    case 'close':
      database?.close();
      return undefined;
  }
}

answerCalls(answer);
