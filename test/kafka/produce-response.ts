import { produceV9, protocolErrors, Reader, Writer } from '@platformatic/kafka';

/** Partitions by topic: Kafka's name of the error for each, '' for none. */
export type Refusals = Readonly<Record<string, readonly string[]>>;

/** What the library throws when it reads the bytes of a broker's answer in which some partition has an error. */
export function refusal(topics: Refusals): Error {
  try {
    produceV9.parseResponse(1, 0, 9, Reader.from(bytesOf(topics).dynamicBuffer));
  } catch (error) {
    return error as Error;
  }
  throw new Error('all is written');
}

function bytesOf(topics: Refusals): Writer {
  const writer = Writer.create().appendArray(Object.entries(topics), (topic, [name, kinds]) => {
    topic.appendString(name).appendArray([...kinds.entries()], (partition, [index, kind]) => {
      const code = kind === '' ? 0 : protocolErrors[kind]!.code;
      partition.appendInt32(index).appendInt16(code);
      partition.appendInt64(0n).appendInt64(-1n).appendInt64(0n);
      partition.appendArray(kind === 'INVALID_RECORD' ? [0] : [], (record, place) => {
        record.appendInt32(place).appendString('it has no key');
      });
      partition.appendString(kind === '' ? null : 'the broker has its reasons');
    });
  });
  return writer.appendInt32(0).appendTaggedFields();
}
