import type { Consumer, fetchV17 } from '@platformatic/kafka';
import { kafkaLibrary } from './client-library.ts';
import type { Partition } from './partition.ts';
import type { KafkaRecord } from './record.ts';
import { clientOptions, type KafkaSettings } from './settings.ts';

/** Milliseconds that a broker waits for the first record. */
const LONG_POLL = 500;
/** Where several brokers are asked and wait for each other. */
const SHORT_POLL = 100;
/** In a batch's attributes: markers of transactions, no records. */
const CONTROL = 0b100000;
/** Kafka's code of an error. */
const OFFSET_OUT_OF_RANGE = 1;

type FetchResponse = fetchV17.FetchResponse;

/** What was read of one partition. */
export interface Fetched {
  readonly partition: Partition;
  readonly records: readonly KafkaRecord[];
  /** The next offset to read. */
  readonly end: bigint;
}

/** Reads partitions from where they stand. It has connections of its own: a long poll would hold up heartbeats. */
export class Reader {
  readonly #client: Consumer;
  readonly #topics: readonly string[];
  readonly #outOfRange: (partition: Partition, earliest: bigint) => void;

  /** @param outOfRange told of a partition whose position the broker has deleted */
  constructor(
    settings: KafkaSettings,
    groupId: string,
    topics: readonly string[],
    outOfRange: (partition: Partition, earliest: bigint) => void,
  ) {
    this.#topics = topics;
    this.#outOfRange = outOfRange;
    const library = kafkaLibrary();
    this.#client = new library.Consumer({
      ...clientOptions(settings, 'estrom-reader'),
      groupId,
      // Who calls goes on in turns: a partition may be another broker's, or nobody's of this group.
      retries: 1,
    });
    for (const topic of topics) this.#client.topics.track(topic);
  }

  /** How many partitions the topics have, in all. */
  async partitionCount(): Promise<number> {
    const { topics } = await this.#client.metadata({ topics: [...this.#topics] });
    let count = 0;
    for (const topic of topics.values()) count += topic.partitionsCount;
    return count;
  }

  /** Where reading begins in a group that has read nothing yet. */
  async edge(topic: string, number: number, from: 'earliest' | 'latest'): Promise<bigint> {
    const offsets = await this.#client.listOffsets({
      topics: [topic],
      partitions: { [topic]: [number] },
      timestamp: from === 'earliest' ? -2n : -1n,
    });
    return offsets.get(topic)![number]!;
  }

  /**
   * One request to each broker that leads some of the partitions.
   * @param maxBytes of all answers together; a broker sends one run of records at least, however long it is
   * @param take called with what each broker answered
   */
  async read(
    partitions: readonly Partition[],
    maxBytes: number,
    take: (fetched: readonly Fetched[]) => void,
  ): Promise<void> {
    const metadata = await this.#client.metadata({ topics: [...this.#topics] });
    const byLeader = Map.groupBy(partitions, ({ topic, number }) => {
      return metadata.topics.get(topic)!.partitions[number]!.leader;
    });
    const bytes = Math.max(Math.floor(maxBytes / byLeader.size), 1);
    const ids = new Map([...metadata.topics].map(([topic, { id }]) => [id, topic]));
    const wait = byLeader.size > 1 ? SHORT_POLL : LONG_POLL;
    const answers = [...byLeader].map(async ([node, led]) => {
      take(await this.#ask(node, led, ids, bytes, wait));
    });
    const failed = (await Promise.allSettled(answers)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async close(): Promise<void> {
    await this.#client.close(true);
  }

  async #ask(
    node: number,
    led: readonly Partition[],
    ids: ReadonlyMap<string, string>,
    maxBytes: number,
    maxWaitTime: number,
  ): Promise<Fetched[]> {
    const wanted = new Map(led.map((partition) => [nameOf(partition), partition]));
    const topics = [...ids].map(([topicId, topic]) => ({
      topicId,
      partitions: led
        .filter((partition) => partition.topic === topic)
        .map(({ number, position }) => ({
          partition: number,
          fetchOffset: position,
          partitionMaxBytes: maxBytes,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
        })),
    }));
    const asked = topics.filter(({ partitions }) => partitions.length > 0);
    try {
      const response = await this.#client.fetch({
        ...{ node, topics: asked, maxBytes, maxWaitTime, minBytes: 1 },
      });
      return fetchedOf(response, wanted, ids);
    } catch (error) {
      this.#tellOutOfRange(error, wanted, ids);
      throw error;
    }
  }

  #tellOutOfRange(
    error: unknown,
    wanted: ReadonlyMap<string, Partition>,
    ids: ReadonlyMap<string, string>,
  ): void {
    const { errors = [] } = error as { errors?: readonly unknown[] };
    for (const each of [error, ...errors]) {
      const { response } = each as { response?: FetchResponse };
      for (const { topicId, partitions } of response?.responses ?? []) {
        for (const { partitionIndex, errorCode, logStartOffset } of partitions) {
          const partition = wanted.get(`${ids.get(topicId)}/${partitionIndex}`);
          if (errorCode !== OFFSET_OUT_OF_RANGE || partition === undefined) continue;
          this.#outOfRange(partition, logStartOffset);
        }
      }
    }
  }
}

function nameOf({ topic, number }: Partition): string {
  return `${topic}/${number}`;
}

function fetchedOf(
  response: FetchResponse,
  wanted: ReadonlyMap<string, Partition>,
  ids: ReadonlyMap<string, string>,
): Fetched[] {
  const fetched: Fetched[] = [];
  for (const { topicId, partitions } of response.responses) {
    const topic = ids.get(topicId);
    for (const { partitionIndex, records: runs, highWatermark } of partitions) {
      // A broker may go on with a partition of an earlier request.
      const partition = wanted.get(`${topic}/${partitionIndex}`);
      if (topic === undefined || partition === undefined) continue;
      const records: KafkaRecord[] = [];
      let end = partition.position;
      for (const run of runs ?? []) {
        const after = run.firstOffset + BigInt(run.lastOffsetDelta) + 1n;
        if (after > end) end = after;
        if ((run.attributes & CONTROL) !== 0) continue;
        for (const { offsetDelta, key, value } of run.records) {
          const offset = run.firstOffset + BigInt(offsetDelta);
          // Runs come whole, from before the offset that was asked for.
          if (offset < partition.position) continue;
          records.push({ topic, partition: partitionIndex, offset, key, value });
        }
      }
      partition.lag = Math.max(Number(highWatermark - end), 0);
      if (end > partition.position) fetched.push({ partition, records, end });
    }
  }
  return fetched;
}
