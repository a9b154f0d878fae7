import { workerData } from 'piscina';
import { type Checked, DocumentCheck } from './document-check.ts';
import { isTimeout, NodeRing } from './node-ring.ts';
import { FILTER_PATH, readAnswer } from './search-answer.ts';
import { searchBody } from './search-body.ts';
import type { CheckTask, SearchAnswer, SearchTask, WorkerOptions } from './worker-messages.ts';

const options = workerData as WorkerOptions;
const documents = new DocumentCheck(options.maxDepth);
const nodes = new NodeRing(options);
const PATH = `/_msearch?filter_path=${FILTER_PATH}`;

/** The thread's side of {@link PercolatePool}, once per batch. */
export function check(task: CheckTask): Checked {
  return documents.check(task);
}

/** One request; what became of it is data, whatever it is. */
export async function search(task: SearchTask): Promise<SearchAnswer> {
  const began = performance.now();
  const body = searchBody(task);
  const sent = performance.now();
  const timing = { building: (sent - began) / 1000, waiting: 0, parsing: 0 };
  try {
    const raw = await nodes.post(PATH, body);
    const came = performance.now();
    timing.waiting = (came - sent) / 1000;
    const answer = readAnswer(raw, task.searches);
    timing.parsing = (performance.now() - came) / 1000;
    return { ...answer, timing };
  } catch (error) {
    timing.waiting = (performance.now() - sent) / 1000;
    const cause = isTimeout(error) ? 'timeout' : 'connection';
    return { cause, reason: (error as Error).message, timing };
  }
}
