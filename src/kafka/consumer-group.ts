import { setTimeout as wait } from 'node:timers/promises';
import type { Consumer } from '@platformatic/kafka';
import type { Logger } from '../log.ts';
import { Bell } from './bell.ts';
import { Committer, type Membership } from './committer.ts';
import type { DeadLetters } from './dead-letters.ts';
import { reasonOf } from './kafka-error.ts';
import { type Given, makeMember } from './member.ts';
import { type Handed, Partition, partitionName } from './partition.ts';
import { type Fetched, Reader } from './reader.ts';
import { type KafkaRecord, type RecordSink, recordBytes } from './record.ts';
import type { KafkaSettings } from './settings.ts';

/** Milliseconds. */
const IDLE = 1000;
const FIRST_DELAY = 200;
const LONGEST_DELAY = 10_000;
/** As long as brokers do not answer. */
const AWAY = 1000;
/** How long the sink may take for the last records when the group is left. */
const LEAVE = 10_000;
/** Of the bytes under way, one request may bring this part. */
const PARTS = 4;
/** Records that become durable and are committed together. */
const RUN_BYTES = 256 * 1024;

interface Run {
  readonly handed: Handed[];
  readonly records: KafkaRecord[];
  bytes: number;
}

export interface ConsumerGroupOptions {
  readonly settings: KafkaSettings;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Where a group begins that has committed nothing yet. */
  readonly from: 'earliest' | 'latest';
  /** Bytes that are with the sink and not durable; above this nothing is read. */
  readonly maxBytes: number;
  readonly sink: RecordSink;
  readonly deadLetters: Pick<DeadLetters, 'keep'>;
  readonly log: Logger;
  /** Milliseconds after which the group takes a member for dead that says nothing; 10 s unless given. */
  readonly sessionTimeout?: number;
}

/**
 * Reads topics as a member of a consumer group. Records go to the sink in order; an offset is committed when
 * everything before it is durable. Whatever ends or fails in between, records come again, none is left out.
 * There is no queue here: while enough bytes are with the sink, no broker is asked for more.
 */
export class ConsumerGroup {
  readonly #options: ConsumerGroupOptions;
  readonly #bell = new Bell();
  #partitions = new Map<string, Partition>();
  readonly #underWay = new Set<Promise<void>>();
  #bytes = 0;
  #peak = 0;
  #consumed = 0;
  #rewinds = 0;
  #member: Consumer | null = null;
  #committer: Committer | null = null;
  /** What the group has given out anew. */
  #given: Given | null = null;
  /** As whom it may commit; null until it has taken over what it was given. */
  #membership: Membership | null = null;
  /** A member, and no question to the group is open. */
  #isReading = false;
  #failure: unknown;
  #delay = FIRST_DELAY;
  #told = '';
  #committing: Promise<void> | null = null;
  #closed = false;
  #running: Promise<void> | null = null;

  constructor(options: ConsumerGroupOptions) {
    this.#options = options;
  }

  /** Bytes with the sink. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Most bytes that ever were. */
  get peak(): number {
    return this.#peak;
  }

  /** Records that became durable, those that came again included. */
  get consumed(): number {
    return this.#consumed;
  }

  /** How often reading went back to what is committed. */
  get rewinds(): number {
    return this.#rewinds;
  }

  /** Partitions that this member reads now. */
  get assigned(): number {
    return this.#partitions.size;
  }

  /** Records in these partitions that were not read yet, as of the brokers' last answers. */
  get lag(): number {
    let sum = 0;
    for (const { lag } of this.#partitions.values()) sum += lag;
    return sum;
  }

  /** Begins, and goes on until {@link close}; brokers and topics that are not there are waited for. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the sink is done with what it has, which is committed, and the group is left. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#bell.ring();
    // Brokers that are away would be waited for.
    if (!this.#isReading) await this.#member?.close(true).catch(() => {});
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      let reader: Reader | null = null;
      try {
        const { settings, groupId, topics } = this.#options;
        reader = new Reader(settings, groupId, topics, (partition, earliest) => {
          this.#skipDeleted(partition, earliest);
        });
        this.#committer = new Committer(settings, groupId, topics);
        await this.#join();
        await this.#consume(reader);
      } catch (error) {
        if (!this.#closed) await this.#backOff(error, 'reading from Kafka failed: it begins anew');
      } finally {
        await this.#leave(reader);
      }
    }
  }

  async #join(): Promise<void> {
    this.#isReading = false;
    this.#member = makeMember(this.#options, {
      onAssigned: (given) => {
        this.#given = given;
        this.#membership = null;
        this.#bell.ring();
      },
      onLost: (error) => {
        this.#failure ??= error;
        this.#bell.ring();
      },
    });
    await this.#member.joinGroup({});
  }

  async #consume(reader: Reader): Promise<void> {
    const { maxBytes } = this.#options;
    let count = 0;
    while (!this.#closed) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#given !== null) await this.#adopt(reader, this.#given);
      this.#isReading = true;
      if (this.#bytes > maxBytes - maxBytes / PARTS || this.#partitions.size === 0) {
        await this.#bell.heard(IDLE);
        continue;
      }
      try {
        const partitions = [...this.#partitions.values()];
        await reader.read(partitions, maxBytes / PARTS, (fetched) => this.#hand(fetched));
        this.#told = '';
        const counted = await reader.partitionCount();
        // The group gives out what its leader knows of: it joins again for partitions that are new.
        if (count !== 0 && counted !== count) this.#failure ??= new Error('partitions were added');
        count = counted;
      } catch (error) {
        if (!this.#closed) await this.#backOff(error, 'Kafka does not answer: trying again', AWAY);
      }
    }
  }

  /** Takes over what the group has given to this member. What it had before goes on where it stands. */
  async #adopt(reader: Reader, { membership, assignments }: Given): Promise<void> {
    this.#given = null;
    this.#isReading = false;
    const assigned = assignments.filter(({ partitions }) => partitions.length > 0);
    const committed =
      assigned.length === 0
        ? new Map()
        : await this.#member!.listCommittedOffsets({ topics: assigned });
    const partitions = new Map<string, Partition>();
    for (const { topic, partitions: numbers } of assigned) {
      for (const number of numbers) {
        const offset: bigint = committed.get(topic)?.[number] ?? -1n;
        const known = this.#partitions.get(partitionName(topic, number));
        // Another member may have had it meanwhile.
        const partition =
          known !== undefined && known.position >= offset
            ? known
            : new Partition(
                topic,
                number,
                offset >= 0n ? offset : await reader.edge(topic, number, this.#options.from),
              );
        partition.committedTo(offset);
        partitions.set(partitionName(topic, number), partition);
      }
    }
    this.#partitions = partitions;
    // Unless they were given out anew meanwhile.
    if (this.#given === null) this.#membership = membership;
    this.#committing ??= this.#commit();
    this.#options.log.info(
      { partitions: [...partitions.keys()] },
      'partitions of Kafka that this node reads',
    );
  }

  /** In runs, so that what is durable is committed soon and little comes again after a kill. */
  #hand(fetched: readonly Fetched[]): void {
    let run: Run = { handed: [], records: [], bytes: 0 };
    for (const { partition, records, end } of fetched) {
      // Read for a member that has lost it meanwhile.
      if (this.#partitions.get(partitionName(partition.topic, partition.number)) !== partition) {
        continue;
      }
      records.forEach((record, k) => {
        run.records.push(record);
        run.bytes += recordBytes(record);
        if (run.bytes < RUN_BYTES || k === records.length - 1) return;
        run.handed.push(partition.hand(record.offset + 1n));
        this.#give(run);
        run = { handed: [], records: [], bytes: 0 };
      });
      run.handed.push(partition.hand(end));
    }
    if (run.handed.length > 0) this.#give(run);
  }

  #give({ handed, records, bytes }: Run): void {
    this.#bytes += bytes;
    this.#peak = Math.max(this.#peak, this.#bytes);
    const done = this.#sink(records)
      .then(() => {
        for (const each of handed) each.isDurable = true;
        this.#consumed += records.length;
        this.#delay = FIRST_DELAY;
        this.#committing ??= this.#commit();
      })
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#bytes -= bytes;
        this.#underWay.delete(done);
        this.#bell.ring();
      });
    this.#underWay.add(done);
  }

  async #sink(records: Parameters<RecordSink>[0]): Promise<void> {
    if (records.length === 0) return;
    const poison = await this.#options.sink(records);
    if (poison.length > 0) await this.#options.deadLetters.keep(poison);
  }

  /** One request at a time, with whatever became durable meanwhile. */
  async #commit(): Promise<void> {
    // What calls it has to know of it before it ends, also when there is nothing to commit.
    await null;
    let delay = FIRST_DELAY;
    while (this.#membership !== null) {
      const membership = this.#membership;
      const due = this.#due();
      if (due.size === 0) break;
      const offsets = [...due].map(([{ topic, number: partition }, offset]) => {
        return { topic, partition, offset };
      });
      try {
        const outcome = await this.#committer!.commit(membership, offsets);
        if (outcome === 'later') {
          await wait(delay);
          delay = Math.min(delay * 2, AWAY);
          continue;
        }
        delay = FIRST_DELAY;
        if (outcome === 'committed') {
          for (const [partition, offset] of due) partition.committedTo(offset);
        } else if (this.#membership === membership) {
          // Until the member hears what it is given now.
          this.#membership = null;
        }
      } catch (error) {
        this.#failure ??= error;
        this.#bell.ring();
        break;
      }
    }
    this.#committing = null;
  }

  #due(): Map<Partition, bigint> {
    const due = new Map<Partition, bigint>();
    for (const partition of this.#partitions.values()) {
      const offset = partition.committable;
      if (offset !== undefined) due.set(partition, offset);
    }
    return due;
  }

  /** Nothing is lost by it: what is with the sink is committed if it can be, the rest comes again. */
  async #leave(reader: Reader | null): Promise<void> {
    await this.#patiently(Promise.all(this.#underWay));
    await this.#patiently(this.#committing);
    const member = this.#member;
    this.#member = null;
    this.#given = null;
    this.#membership = null;
    this.#partitions = new Map();
    this.#failure = undefined;
    if (!this.#closed) this.#rewinds++;
    await Promise.allSettled([member?.close(true), reader?.close(), this.#committer?.close()]);
  }

  /** As long as it takes; once the group is to be left, not much longer. */
  async #patiently(done: Promise<unknown> | null): Promise<void> {
    let isDone = false;
    void done?.then(() => {
      isDone = true;
      this.#bell.ring();
    });
    let left = LEAVE / IDLE;
    while (done !== null && !isDone && left > 0) {
      await this.#bell.heard(IDLE);
      if (this.#closed) left--;
    }
  }

  #skipDeleted(partition: Partition, earliest: bigint): void {
    const { topic, number, position } = partition;
    if (earliest < 0n || earliest === position) return;
    const skipped = String(earliest - position);
    this.#options.log.warn(
      { topic, partition: number, skipped },
      'Kafka has deleted records that were not read yet',
    );
    partition.position = earliest;
  }

  async #backOff(error: unknown, text: string, longest = LONGEST_DELAY): Promise<void> {
    const reason = reasonOf(error);
    if (reason !== this.#told) this.#options.log.warn({ reason }, text);
    this.#told = reason;
    const until = performance.now() + Math.min(this.#delay, longest);
    this.#delay = Math.min(this.#delay * 2, longest);
    while (!this.#closed && performance.now() < until)
      await this.#bell.heard(until - performance.now());
  }
}
