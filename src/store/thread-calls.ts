import { parentPort } from 'node:worker_threads';
import { StoreProblem } from './sqlite-file.ts';

/** What a thread answers; `problem` tells that the error is about its folder, and for people. */
export type ThreadAnswer<T> =
  | { readonly ok: T }
  | { readonly error: string; readonly problem: boolean };

/** Answers the calls that this thread gets, in their order; what `answer` throws is an answer, too. */
export function answerCalls<C, T>(answer: (call: C) => T): void {
  const port = parentPort!;
  port.on('message', (call: C) => {
    let reply: ThreadAnswer<T>;
    try {
      reply = { ok: answer(call) };
    } catch (error) {
      reply = { error: (error as Error).message, problem: error instanceof StoreProblem };
    }
    port.postMessage(reply);
  });
}
