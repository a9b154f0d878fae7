import type { MongoError } from 'mongodb';
import { EstromError } from '../../errors.ts';

/** Codes of MongoDB's errors that are told apart. */
const DUPLICATE = 11000;
/** Unauthorized, AuthenticationFailed, and what MongoDB's own hosting says instead of it. */
const FORBIDDEN = new Set<unknown>([13, 18, 8000]);
const NO_SUCH_COMMAND = 59;
/** A document above 16 MiB (the driver's code is a name), nested too deeply, or refused by a rule of the collection. */
const REFUSED = new Set<unknown>(['ERR_OUT_OF_RANGE', 15, 121, 10334, 17280, 17419, 17420]);
/** Errors of the driver that time does not heal. */
const UNFIT = new Set(['MongoCompatibilityError', 'MongoMissingCredentialsError']);

function codeOf(error: unknown): unknown {
  return (error as MongoError | undefined)?.code;
}

export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === DUPLICATE;
}

/** Whether waiting is no use: the server does not let estrom in, or lacks what estrom needs. */
export function isHopeless(error: unknown): boolean {
  const code = codeOf(error);
  return FORBIDDEN.has(code) || code === NO_SUCH_COMMAND || UNFIT.has((error as Error).name);
}

/** Whether a write that failed so was certainly not made, nor will be. */
export function isUnmade(error: unknown): boolean {
  return isDuplicate(error) || FORBIDDEN.has(codeOf(error)) || REFUSED.has(codeOf(error));
}

/** @param where names the server */
export function storeError(error: unknown, where: string): EstromError {
  if (error instanceof EstromError) return error;
  const { message } = error as Error;
  if (REFUSED.has(codeOf(error))) {
    return new EstromError(
      'BAD_REQUEST',
      `${where} refuses the subscription: ${message}; make it smaller, or less deeply nested`,
    );
  }
  return new EstromError(
    'UNAVAILABLE',
    `subscriptions cannot be kept or read: ${where} says: ${message}; see to it, then try again`,
  );
}
