import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import { checkIndex } from './bulk-routes.ts';
import { DocsResponse, type LineFailure } from './docs-response.ts';
import { NdjsonParser } from './ndjson-parser.ts';
import type { Receiver } from './receiver.ts';

const NDJSON = 'application/x-ndjson';

/**
 * `POST /api/v0.1/docs?i=index`: one document a line, any content type, as long as the sender
 * likes. With `progress=true` or `Accept: application/x-ndjson` the answer starts at once and says
 * after each batch how many documents are done: `{"acknowledged":n}`, with `"failures":[…]` for
 * lines that were not taken; its last line is the summary.
 */
export function docsRoutes(app: FastifyInstance, receiver: Receiver): void {
  const closing = new AbortController();
  app.addHook('preClose', (done) => {
    const reason = 'the server stops: send what is not acknowledged again, when it is back';
    closing.abort(new EstromError('UNAVAILABLE', reason));
    done();
  });
  app.post('/api/v0.1/docs', async (request, reply) => {
    const { i: index, progress } = request.query as { i?: string; progress?: string };
    if (typeof index !== 'string' || index === '') {
      throw new EstromError(
        'BAD_REQUEST',
        'parameter [i] is missing: name the index, as in ?i=logs',
      );
    }
    checkIndex(index);
    const wantsProgress = progress === 'true' || request.headers.accept?.includes(NDJSON) === true;
    return wantsProgress
      ? uploadWithProgress(receiver, index, closing.signal, request, reply)
      : upload(receiver, index, request, reply);
  });
}

async function upload(
  receiver: Receiver,
  index: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const started = performance.now();
  const response = await receiver.receive(request, {
    parser: (sink, maxLine) => new NdjsonParser(sink, index, maxLine),
    collector: () => new DocsResponse(),
    itemwise: false,
    keepOnAbort: true,
  });
  if (response === null) return reply.hijack();
  const took = Math.round(performance.now() - started);
  return reply.type('application/json').send(Buffer.from(response.body(took, true)));
}

async function uploadWithProgress(
  receiver: Receiver,
  index: string,
  signal: AbortSignal,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const started = performance.now();
  const lines = new ProgressLines(reply);
  try {
    const response = await receiver.receive(request, {
      parser: (sink, maxLine) => new NdjsonParser(sink, index, maxLine),
      collector: () => {
        // Admitted: from here on every word is said in the answer's lines.
        lines.open();
        return new DocsResponse((done, failures) => lines.progress(done, failures));
      },
      itemwise: false,
      keepOnAbort: true,
      signal,
    });
    if (response === null) lines.destroy();
    else lines.end(response.body(Math.round(performance.now() - started), false));
  } catch (error) {
    if (!lines.isOpen || !(error instanceof EstromError)) throw error;
    lines.end(JSON.stringify(error.toBody()));
  }
  return reply;
}

/** Failures that wait for a receiver that does not read; more are only counted in the summary. */
const WAITING_FAILURES = 1000;

/** The growing answer; while its receiver does not read, only the latest state is kept. */
class ProgressLines {
  readonly #reply: FastifyReply;
  readonly #out = new PassThrough();
  #blocked = false;
  #done = 0;
  #told = -1;
  #failures: LineFailure[] = [];
  #isOpen = false;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
    this.#out.on('drain', () => {
      this.#blocked = false;
      if (this.#told !== this.#done) this.#tell();
    });
    // The receiver went away; the upload itself tells whether the sender did.
    this.#out.on('error', () => {});
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.#isOpen = true;
    this.#reply.header('x-accel-buffering', 'no').type(NDJSON).send(this.#out);
    this.#tell();
  }

  progress(done: number, failures: readonly LineFailure[]): void {
    this.#done = done;
    this.#failures.push(...failures.slice(0, WAITING_FAILURES - this.#failures.length));
    if (!this.#blocked) this.#tell();
  }

  end(summary: string): void {
    if (this.#told !== this.#done) this.#tell();
    this.#out.end(`${summary}\n`);
  }

  destroy(): void {
    this.#out.destroy();
    this.#reply.raw.destroy();
  }

  #tell(): void {
    const failures = this.#failures;
    this.#failures = [];
    this.#told = this.#done;
    const line = {
      acknowledged: this.#done,
      ...(failures.length > 0 ? { failures } : {}),
    };
    if (!this.#out.destroyed) this.#blocked = !this.#out.write(`${JSON.stringify(line)}\n`);
  }
}
