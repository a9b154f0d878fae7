import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { EstromError } from '../errors.ts';
import type { ForwardMetrics } from './forward-metrics.ts';
import { answerHeaders, requestHeaders } from './headers.ts';
import { type Upstream, wasNotSent } from './upstream.ts';

/**
 * Passes one request on and its answer back, both as streams: whoever is slower slows the other.
 * Resolves when it is over.
 */
export function passThrough(
  upstream: Upstream,
  metrics: ForwardMetrics,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve) => {
    let tries = upstream.size;
    const end = (outcome: 'answered' | 'unreachable' | 'broken' | 'aborted'): void => {
      metrics.request('other', outcome);
      resolve();
    };
    const ask = (): void => {
      tries--;
      upstream.send(
        {
          method: request.method!,
          path: pathOf(request),
          headers: requestHeaders(request, false),
          body: hasBody(request) ? request.iterator({ destroyOnReturn: false }) : null,
          // Searches and scrolls may take long; who asked knows how long it wants to wait.
          timeout: 0,
        },
        new Answering(response, end, (error) => {
          const notSent = wasNotSent(error);
          if (notSent && tries > 0) {
            ask();
            return;
          }
          request.resume();
          refuse(response, error);
          end(notSent ? 'unreachable' : 'broken');
        }),
      );
    };
    ask();
  });
}

/** An absolute address, as proxies are sent it, is its path. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  if (url.startsWith('/')) return url;
  return /^[a-z]+:\/\/[^/?]*(.*)$/i.exec(url)?.[1] || '/';
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Elasticsearch's shape, so that its clients can show it. */
function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { message } = error as Error;
  const answer = wasNotSent(error)
    ? new EstromError('UNAVAILABLE', `Elasticsearch cannot be reached: ${message}; try again`)
    : new EstromError('BAD_GATEWAY', `Elasticsearch broke off: ${message}; try again`);
  const body = JSON.stringify(answer.toBody());
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(answer.status === 503 ? { 'retry-after': '1' } : {}),
  });
  response.end(body);
}

class Answering implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  readonly #end: (outcome: 'answered' | 'broken' | 'aborted') => void;
  readonly #failed: (error: Error) => void;
  #gone = false;
  #stop: (() => void) | null = null;

  constructor(
    response: ServerResponse,
    end: (outcome: 'answered' | 'broken' | 'aborted') => void,
    failed: (error: Error) => void,
  ) {
    this.#response = response;
    this.#end = end;
    this.#failed = failed;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const onClose = (): void => {
      if (this.#response.writableFinished) return;
      this.#gone = true;
      controller.abort(new Error('the sender broke off'));
    };
    this.#response.once('close', onClose);
    this.#stop = () => this.#response.off('close', onClose);
    if (this.#response.destroyed) onClose();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // An informational answer comes before the one that counts.
    if (status < 200) return;
    const { rawHeaders } = controller as { rawHeaders?: (Buffer | string)[] };
    this.#response.writeHead(status, answerHeaders(rawHeaders ?? [], false));
    this.#response.on('drain', () => controller.resume());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#response.write(chunk)) controller.pause();
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: object): void {
    this.#stop?.();
    const names = Object.keys(trailers);
    if (names.length > 0) this.#response.addTrailers(trailers as NodeJS.Dict<string>);
    this.#response.end();
    this.#end('answered');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#stop?.();
    if (this.#gone) this.#end('aborted');
    else this.#failed(error);
  }
}
