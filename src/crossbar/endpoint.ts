import type { Invocation } from 'autobahn';
import type { Logger } from '../log.ts';
import { toRefusal } from '../wamp/refusal.ts';
import { CrossbarError } from './crossbar-error.ts';

/** A call as it reaches a registered procedure. */
export interface LinkCall {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** Undefined unless the router discloses it. */
  readonly authid: string | undefined;
  readonly authrole: string | undefined;
}

/** @returns the one positional result */
export type Handler = (call: LinkCall) => unknown;

type ErrorClass = typeof import('autobahn')['Error'];
type Endpoint = (args: unknown[], kwargs: object, details: Invocation) => Promise<unknown>;

/** What autobahn calls for a procedure: errors become the caller's, in the router's words. */
export function toEndpoint(
  procedure: string,
  handler: Handler,
  errorClass: () => ErrorClass,
  log: Logger,
): Endpoint {
  return async (args, kwargs, { caller_authid, caller_authrole }) => {
    try {
      return await handler({
        args,
        kwargs: kwargs as LinkCall['kwargs'],
        authid: caller_authid,
        authrole: caller_authrole,
      });
    } catch (error) {
      const WampError = errorClass();
      if (error instanceof CrossbarError) throw new WampError(error.uri, error.args, error.kwargs);
      const refusal = toRefusal(error);
      if (refusal !== undefined) {
        throw new WampError(refusal.uri, [refusal.message], refusal.details);
      }
      log.error({ err: error }, `a call of ${procedure} failed`);
      throw new WampError('wamp.error.runtime_error', ['internal error; the log tells more']);
    }
  };
}
