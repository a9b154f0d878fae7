import { type LibraryError, reasonOf } from './kafka-error.ts';

/** What a broker said of the records for one partition. */
export interface PartitionAnswer {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's name of the error, such as MESSAGE_TOO_LARGE; '' when they are written. */
  readonly kind: string;
  /** Whether the same may be taken another time. */
  readonly canRetry: boolean;
  readonly reason: string;
}

/** As the library reads a broker's answer to a request to write in which some partition has an error. */
type ResponseError = LibraryError & {
  readonly response?: {
    readonly responses?: readonly {
      readonly name: string;
      readonly partitionResponses: readonly {
        readonly index: number;
        readonly errorCode: number;
      }[];
    }[];
  };
};

/**
 * A broker's whole answer to a request of which some partition did not take its records. The library makes one
 * error of it that it judges as a whole; of this one it knows nothing, so it judges nothing.
 */
export class ProduceAnswer extends Error {
  readonly partitions: readonly PartitionAnswer[];

  constructor(partitions: readonly PartitionAnswer[]) {
    super(partitions.find(({ kind }) => kind !== '')?.reason ?? 'all records are written');
    this.partitions = partitions;
  }
}

/** @returns null for errors that are no broker's answer to a request to write */
export function produceAnswer(error: unknown): ProduceAnswer | null {
  const { response, errors = [] } = error as ResponseError;
  if (response?.responses === undefined) return null;
  // Errors of single records, which have longer paths, come with one of their partition.
  const byPath = new Map(errors.map((each) => [each.path, each]));
  const partitions = response.responses.flatMap(({ name, partitionResponses }, i) => {
    return partitionResponses.map(({ index, errorCode }, j): PartitionAnswer => {
      const place = { topic: name, partition: index };
      if (errorCode === 0) return { ...place, kind: '', canRetry: false, reason: '' };
      const own = byPath.get(`/responses/${i}/partition_responses/${j}`);
      const { apiId = `error ${errorCode}`, canRetry = false } = own ?? {};
      return { ...place, kind: apiId, canRetry, reason: own === undefined ? apiId : reasonOf(own) };
    });
  });
  return new ProduceAnswer(partitions);
}
