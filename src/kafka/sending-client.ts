import type { BaseOptions, Callback, CallbackWithPromise, Producer } from '@platformatic/kafka';
import { kafkaLibrary } from './client-library.ts';
import { partitionName } from './partition.ts';
import { ProduceAnswer, produceAnswer } from './produce-answer.ts';

export type SendingClient = Producer<Buffer, Buffer, Buffer, Buffer>;

/** The records may be written, or not yet on enough replicas: only the same request again tells. */
const UNSURE: ReadonlySet<string> = new Set([
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
]);

/**
 * The library's producer, but a send fails with what each broker answered for each partition, a {@link ProduceAnswer}.
 *
 * By itself the library repeats the whole request to a broker until nothing of it is refused, or something for good, for
 * which it gives up the rest too. It repeats it to the leader of the first partition, wherever the others' are by now;
 * and when the broker has lost the numbers of one partition, it writes to the others twice. Here it only repeats what
 * nobody else can: with the numbers that it had, while it is not known what became of it. A send that
 * fails ends these numbers: the next one begins with new ones in every partition, so what was refused leaves no gap.
 */
export function sendingClient(options: BaseOptions): SendingClient {
  const library = kafkaLibrary();
  class Client extends library.Producer<Buffer, Buffer, Buffer, Buffer> {
    override [library.kPerformWithRetry]<T>(
      name: string,
      operation: (callback: Callback<T>, attempt: number) => void,
      callback: CallbackWithPromise<T>,
      attempt = 0,
      errors: Error[] = [],
      skips?: (error: Error) => boolean,
      limit?: number,
    ) {
      const perform = super[library.kPerformWithRetry]<T>;
      // Later attempts come with what the first one was given.
      if (name !== 'produce' || attempt > 0) {
        return perform.call(this, name, operation, callback, attempt, errors, skips, limit);
      }
      const doubt = new Doubt();
      const answering = (done: Callback<T>, current: number) => {
        operation((error, result) => {
          if (error) done(doubt.read(error));
          else done(null, result);
        }, current);
      };
      const isKnown = (error: Error) => error instanceof ProduceAnswer && doubt.isOver(error);
      return perform.call(this, name, answering, callback, attempt, errors, isKnown, limit);
    }
  }
  return new Client({
    ...options,
    idempotent: true,
    autocreateTopics: true,
    repeatOnStaleMetadata: false,
  });
}

/** Whether it is known of all partitions of one request what became of their records. */
class Doubt {
  /** An attempt may have come to the broker, and its answer has not come back. */
  #isLost = false;
  readonly #unsure = new Set<string>();

  /** @returns the broker's answer, or the error where there is none */
  read(error: Error): Error {
    const answer = produceAnswer(error);
    if (answer === null) {
      this.#isLost = true;
      return error;
    }
    for (const { topic, partition, kind } of answer.partitions) {
      if (UNSURE.has(kind)) this.#unsure.add(partitionName(topic, partition));
    }
    return answer;
  }

  /** What cannot be taken now may have been taken before. What is written, or refused for good, is so in any attempt. */
  isOver({ partitions }: ProduceAnswer): boolean {
    return partitions.every(({ topic, partition, canRetry }) => {
      return !canRetry || (!this.#isLost && !this.#unsure.has(partitionName(topic, partition)));
    });
  }
}
