/** Most of an error that a log line shows. */
const SHOWN = 300;

/** What the library's errors may have besides a message. */
export type LibraryError = Error & {
  /** Of all attempts, or of all brokers that were asked. */
  readonly errors?: readonly LibraryError[];
  /** Kafka's name of an error, such as MESSAGE_TOO_LARGE, where a broker said it. */
  readonly apiId?: string;
  /** Where in the answer the broker said it. */
  readonly path?: string;
  readonly canRetry?: boolean;
};

/** The library's errors are lists of all attempts: the last one tells most. */
function lastOf(error: LibraryError): LibraryError {
  const last = error.errors?.at(-1);
  return last === undefined ? error : lastOf(last);
}

export function reasonOf(error: unknown): string {
  const { apiId, message } = lastOf(error as LibraryError);
  const name = apiId === undefined ? '' : `${apiId}: `;
  return `${name}${message}`.replaceAll(/\s+/g, ' ').slice(0, SHOWN);
}
