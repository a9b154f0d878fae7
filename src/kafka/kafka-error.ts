import { partitionName } from './partition.ts';

/** Most of an error that a log line shows. */
const SHOWN = 300;

interface ProduceResponse {
  readonly responses?: readonly {
    readonly name: string;
    readonly partitionResponses?: readonly { readonly index: number; readonly errorCode: number }[];
  }[];
}

type LibraryError = Error & {
  errors?: readonly Error[];
  apiId?: string;
  response?: ProduceResponse;
  /** Of requests to other brokers. */
  produced?: { offsets?: readonly { topic: string; partition: number }[] };
};

/** The library's errors are lists of all attempts: the last one tells most. */
function lastOf(error: unknown): LibraryError {
  let last = error as LibraryError;
  while (last.errors !== undefined && last.errors.length > 0) {
    last = last.errors.at(-1)! as LibraryError;
  }
  return last;
}

/** Kafka's name of an error, such as MESSAGE_TOO_LARGE; '' where no broker said it. */
export function kindOf(error: unknown): string {
  return lastOf(error).apiId ?? '';
}

export function reasonOf(error: unknown): string {
  const last = lastOf(error);
  const name = last.apiId === undefined ? '' : `${last.apiId}: `;
  return `${name}${last.message}`.replaceAll(/\s+/g, ' ').slice(0, SHOWN);
}

/** Partitions whose records were written, though a send failed for those of others. */
export function writtenPartitions(error: unknown, found = new Set<string>()): Set<string> {
  const { errors = [], response, produced } = error as LibraryError;
  for (const { topic, partition } of produced?.offsets ?? []) {
    found.add(partitionName(topic, partition));
  }
  for (const { name, partitionResponses = [] } of response?.responses ?? []) {
    for (const { index, errorCode } of partitionResponses) {
      if (errorCode === 0) found.add(partitionName(name, index));
    }
  }
  for (const each of errors) writtenPartitions(each, found);
  return found;
}
