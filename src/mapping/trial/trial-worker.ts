import { type ErrorCode, type ErrorDetails, EstromError } from '../../errors.ts';
import { type TrialIndex, trialChain } from './trial-chain.ts';
import type { TrialRequest } from './trial-request.ts';
import { type TriedToken, triedTokens } from './tried-tokens.ts';

export interface TrialTask {
  readonly request: TrialRequest;
  /** Undefined where no index was named. */
  readonly index: TrialIndex | undefined;
  /** Tokens that an answer may have. */
  readonly most: number;
}

/** Errors lose their class between threads. */
export type TrialAnswer =
  | { readonly tokens: readonly TriedToken[] }
  | { readonly code: ErrorCode; readonly reason: string; readonly details: ErrorDetails };

/** What the thread on which analyzers are tried is asked. */
export function analyze({ request, index, most }: TrialTask): TrialAnswer {
  try {
    return { tokens: triedTokens(trialChain(request, index), request.texts, most) };
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    return { code: error.code, reason: error.message, details: error.details };
  }
}
