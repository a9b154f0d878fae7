import type { Readable } from 'node:stream';

/**
 * Calls `take` with each chunk; while its promise is pending the stream is not read. Without a
 * promise per chunk, as an async iterator would make one, and without joining chunks.
 * @param signal ends it with the signal's reason
 * @throws the stream's error, one when it closes before its end, and what `take` throws; the
 * stream is left as it is
 */
export function forEachChunk(
  stream: Readable,
  take: (chunk: Buffer) => Promise<void> | undefined,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let pending = false;
    let ended = false;
    let failure: unknown;
    const stop = (error?: unknown): void => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('close', onClose);
      signal?.removeEventListener('abort', onAbort);
      // Late errors have nobody to tell: the outcome is settled.
      stream.off('error', onError);
      stream.on('error', ignore);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onData = (chunk: Buffer): void => {
      let taken: Promise<void> | undefined;
      try {
        taken = take(chunk);
      } catch (error) {
        stop(error);
        return;
      }
      if (taken === undefined) return;
      pending = true;
      stream.pause();
      taken.then(() => {
        pending = false;
        if (failure !== undefined) stop(failure);
        else if (ended) stop();
        else if (stream.destroyed && !stream.readableEnded) onClose();
        else stream.resume();
      }, stop);
    };
    const onEnd = (): void => {
      ended = true;
      if (!pending) stop();
    };
    // Never before `take` is done with its chunk: its caller gives memory back when this settles.
    const onError = (error: unknown): void => {
      failure = error;
      if (!pending) stop(error);
    };
    const onClose = (): void => {
      if (!pending && !ended) stop(stream.errored ?? new Error('the sender broke off'));
    };
    if (stream.destroyed) {
      reject(stream.errored ?? new Error('the sender broke off'));
      return;
    }
    const onAbort = (): void => onError(signal?.reason);
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    signal?.addEventListener('abort', onAbort);
    stream.on('end', onEnd);
    stream.on('error', onError);
    stream.on('close', onClose);
    stream.on('data', onData);
  });
}

function ignore(): void {}
