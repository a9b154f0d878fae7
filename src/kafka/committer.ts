import type { Consumer } from '@platformatic/kafka';
import { kafkaLibrary } from './client-library.ts';
import { clientOptions, type KafkaSettings } from './settings.ts';

/** As whom the group knows a member, until it gives its partitions out anew. */
export interface Membership {
  readonly memberId: string;
  readonly generationId: number;
}

export interface DueOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next one to read. */
  readonly offset: bigint;
}

/** `later`: no broker has an answer now; `outdated`: the group has given its partitions out anew. */
export type CommitOutcome = 'committed' | 'later' | 'outdated';

/**
 * Commits as the member that the partitions were given to, or not at all. A member's own `commit` joins the group
 * again when it is refused, and repeats itself: what others had committed meanwhile would be taken back, as
 * a group asks who commits, never whose partition it is. Each time the others would have to join again, too.
 */
export class Committer {
  readonly #client: Consumer;

  constructor(settings: KafkaSettings, groupId: string, topics: readonly string[]) {
    const library = kafkaLibrary();
    this.#client = new library.Consumer({
      ...clientOptions(settings, 'estrom-committer'),
      groupId,
      // Who calls goes on in turns; by then there may be more to commit, or nothing.
      retries: 0,
    });
    for (const topic of topics) this.#client.topics.track(topic);
  }

  /**
   * One call at a time.
   * @throws the library's error where another time would not be better
   */
  async commit(
    { memberId, generationId }: Membership,
    due: readonly DueOffset[],
  ): Promise<CommitOutcome> {
    // It is no member itself: it says these two with each request.
    this.#client.memberId = memberId;
    this.#client.generationId = generationId;
    try {
      await this.#client.commit({ offsets: due.map((each) => ({ ...each, leaderEpoch: -1 })) });
      return 'committed';
    } catch (error) {
      const { findErrorBy } = kafkaLibrary();
      const failure = error as Error;
      // The group waits for what its leader gives to whom.
      if (findErrorBy(failure, 'rebalanceInProgress', true)) return 'later';
      if (findErrorBy(failure, 'needsRejoin', true)) return 'outdated';
      if (findErrorBy(failure, 'canRetry', false)) throw error;
      this.#client.clearMetadata();
      return 'later';
    }
  }

  async close(): Promise<void> {
    await this.#client.close(true);
  }
}
