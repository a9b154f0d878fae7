/** One record as the consumer hands it on; its buffers are parts of one that came over the wire. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** A record that can never be handled, and why. */
export interface Poison {
  readonly record: KafkaRecord;
  readonly reason: string;
}

/**
 * Takes records, in order within each partition. Resolves when what they lead to is durable, with those that
 * can never be: they go to the dead letters. A rejection means "not now": the records come again.
 * It may be called again before it has resolved, as long as the bytes under way allow it.
 */
export type RecordSink = (records: readonly KafkaRecord[]) => Promise<readonly Poison[]>;

/** What a record costs besides its bytes. */
const RECORD_COST = 150;

export function recordBytes({ key, value }: KafkaRecord): number {
  return RECORD_COST + (key?.length ?? 0) + (value?.length ?? 0);
}
