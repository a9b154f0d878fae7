import { EstromError } from '../errors.ts';

export const NOT_AUTHORIZED = 'wamp.error.not_authorized';
export const INVALID_ARGUMENT = 'wamp.error.invalid_argument';

/** Why a request is answered by ERROR; the session goes on. */
export class Refusal extends Error {
  readonly uri: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(uri: string, reason: string, details: Readonly<Record<string, unknown>> = {}) {
    super(reason);
    this.uri = uri;
    this.details = details;
  }
}

/** Errors of the table as `estrom.error.<code>`; undefined for what nobody foresaw. */
export function toRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (!(error instanceof EstromError)) return undefined;
  const { code, status, type, message, details } = error;
  const uri = code === 'FORBIDDEN' ? NOT_AUTHORIZED : `estrom.error.${code.toLowerCase()}`;
  return new Refusal(uri, message, { code, status, type, ...details });
}
