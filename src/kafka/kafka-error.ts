/** Most of an error that a log line shows. */
const SHOWN = 300;

type LibraryError = Error & { errors?: readonly Error[]; apiId?: string };

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
