import { EstromError } from '../errors.ts';
import { CrossbarError } from './crossbar-error.ts';

/** Requests that wait for an answer: each ends in time, and at the latest with the connection. */
export class Requests {
  readonly #fail = new Set<(error: Error) => void>();

  /**
   * @param what for messages, such as `call of estrom.lease`
   * @param timeout milliseconds
   * @throws CrossbarError as answered; EstromError UNAVAILABLE when no answer came
   */
  answered<T>(request: Promise<T>, what: string, timeout: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#fail.delete(fail);
      };
      const fail = (error: Error) => {
        done();
        reject(error);
      };
      const timer = setTimeout(
        // Perhaps by whom the router asked, and not for want of a router.
        () =>
          fail(
            new EstromError(
              'UNAVAILABLE',
              `the ${what} was not answered within ${timeout} ms; try again`,
            ),
          ),
        timeout,
      ).unref();
      this.#fail.add(fail);
      request.then(
        (value) => {
          done();
          resolve(value);
        },
        (error: unknown) => fail(CrossbarError.from(error)),
      );
    });
  }

  /** The connection is gone: autobahn would leave them unsettled for ever. */
  failAll(reason: string): void {
    for (const fail of [...this.#fail]) fail(unavailable(`the connection was lost: ${reason}`));
  }
}

/** What cannot be had from Crossbar.io now. */
export function unavailable(reason: string): EstromError {
  return new EstromError('UNAVAILABLE', `Crossbar.io is not available: ${reason}; try again`);
}
