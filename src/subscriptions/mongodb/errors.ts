import type { MongoError } from 'mongodb';
import { EstromError } from '../../errors.ts';

/** Codes of MongoDB's errors that are told apart. */
const DUPLICATE = 11000;
const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;
/** A document above 16 MiB, nested too deeply, or refused by a rule of the collection: it stays so. */
const REFUSED = new Set([15, 121, 10334, 17280, 17419, 17420]);

function codeOf(error: unknown): unknown {
  return (error as MongoError | undefined)?.code;
}

export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === DUPLICATE;
}

/** Whether the server does not let this user in, or not do what is needed. */
export function isForbidden(error: unknown): boolean {
  const code = codeOf(error);
  return code === UNAUTHORIZED || code === AUTHENTICATION_FAILED;
}

/** Whether a write that failed so was certainly not made, nor will be. */
export function isUnmade(error: unknown): boolean {
  return isDuplicate(error) || isForbidden(error) || REFUSED.has(codeOf(error) as number);
}

/** @param where names the server */
export function storeError(error: unknown, where: string): EstromError {
  if (error instanceof EstromError) return error;
  const { message } = error as Error;
  if (REFUSED.has(codeOf(error) as number)) {
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
