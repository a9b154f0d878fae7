/** Most of an error that a log line shows. */
const SHOWN = 300;

/** The library's errors are lists of all attempts: the last one tells most. */
export function reasonOf(error: unknown): string {
  let last = error as Error & { errors?: readonly Error[]; apiId?: string };
  while (last.errors !== undefined && last.errors.length > 0) {
    last = last.errors.at(-1)! as typeof last;
  }
  const name = last.apiId === undefined ? '' : `${last.apiId}: `;
  return `${name}${last.message}`.replaceAll(/\s+/g, ' ').slice(0, SHOWN);
}
