import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { IngestLines } from './ingest-lines.ts';
import { Unacknowledged } from './unacknowledged.ts';
import { type Failure, Upload, type UploadAccess, type UploadEnd } from './upload.ts';

/** Documents held until the server promises them; beyond it the input waits. */
const MAX_UNACKNOWLEDGED = 8 * 1024 * 1024;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;
/** Refused documents that are shown; more are only counted. */
const SHOWN_FAILURES = 10;

export interface IngestOptions extends UploadAccess {
  /** Of the server, as `http://127.0.0.1:9280`. */
  readonly url: string;
  readonly index: string;
  readonly input: Readable;
  /** For messages to people. */
  readonly output: Writable;
}

/**
 * Sends lines to estrom as they come: NDJSON as it is, other lines as `{"@timestamp","message"}`.
 * One endless upload, whose answer tells which documents are promised. When it breaks off, or the
 * server has no room, the others are sent again, for as long as it takes.
 * @returns exit code: 0 when every document was taken, else 1
 */
export async function ingest(options: IngestOptions): Promise<number> {
  let url: URL;
  try {
    url = new URL('/api/v0.1/docs', options.url);
  } catch {
    options.output.write(`estrom ingest: [${options.url}] is no URL, try http://127.0.0.1:9280\n`);
    return 1;
  }
  url.searchParams.set('i', options.index);
  url.searchParams.set('progress', 'true');
  return new Ingestion(url, options).run();
}

class Ingestion {
  readonly #url: URL;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #access: UploadAccess;
  readonly #lines = new IngestLines();
  readonly #pending = new Unacknowledged();
  #upload: Upload | null = null;
  #blocked = false;
  #inputEnded = false;
  /** Of the present upload. */
  #acknowledged = 0;
  #sent = 0;
  #failed = 0;
  #pause = FIRST_PAUSE;

  constructor(url: URL, options: IngestOptions) {
    this.#url = url;
    this.#input = options.input;
    this.#output = options.output;
    this.#access = options;
  }

  async run(): Promise<number> {
    this.#input.on('data', (chunk: Buffer | string) => {
      this.#pending.add(this.#lines.take(Buffer.from(chunk as Buffer)));
      this.#push();
    });
    const onEnd = (): void => {
      if (this.#inputEnded) return;
      this.#inputEnded = true;
      this.#pending.add(this.#lines.end());
      this.#push();
    };
    this.#input.on('end', onEnd).on('close', onEnd);
    this.#input.on('error', (error) => {
      this.#say(`cannot read the input: ${error.message}`);
      this.#failed++;
      onEnd();
    });
    let end = await this.#uploadOnce();
    while (end.kind === 'retry') {
      const after = Math.max(this.#pause, end.after ?? 0);
      const { count } = this.#pending;
      this.#say(`${end.reason}; ${count} documents not acknowledged, next try in ${after} ms`);
      await delay(after);
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      end = await this.#uploadOnce();
    }
    this.#input.destroy();
    if (end.kind === 'failed') this.#say(end.reason);
    return this.#summary();
  }

  /** @returns when the server closed it; done means that every document is answered */
  async #uploadOnce(): Promise<UploadEnd> {
    if (this.#inputEnded && this.#pending.count === 0) return { kind: 'done' };
    this.#pending.rewind();
    this.#acknowledged = 0;
    this.#blocked = false;
    const listener = {
      progress: (done: number, failures: readonly Failure[]) => this.#onProgress(done, failures),
      drained: () => {
        this.#blocked = false;
        this.#push();
      },
    };
    this.#upload = new Upload(this.#url, listener, this.#access);
    this.#push();
    const end = await this.#upload.ended;
    this.#upload.destroy();
    this.#upload = null;
    // The server may end an upload (it drains): the rest goes into another one.
    const isComplete = this.#inputEnded && this.#pending.count === 0;
    if (end.kind !== 'done' || isComplete) return end;
    return { kind: 'retry', reason: 'the server ended the upload', after: undefined };
  }

  /** Gives the upload what there is, and the input leave to go on. */
  #push(): void {
    if (this.#upload !== null && !this.#blocked) {
      const piece = this.#pending.takeUnsent();
      if (piece !== null) this.#blocked = !this.#upload.write(piece);
      if (this.#inputEnded) this.#upload.finish();
    }
    if (this.#pending.bytes > MAX_UNACKNOWLEDGED) this.#input.pause();
    else if (this.#input.isPaused()) this.#input.resume();
  }

  #onProgress(done: number, failures: readonly Failure[]): void {
    const count = done - this.#acknowledged;
    if (count > 0) this.#pause = FIRST_PAUSE;
    this.#acknowledged = done;
    this.#pending.acknowledge(count);
    this.#sent += count - failures.length;
    for (const { document, status, error } of failures) {
      if (this.#failed++ < SHOWN_FAILURES) {
        this.#say(`document ${document} of this upload was refused (${status}): ${error.reason}`);
      }
    }
    this.#push();
  }

  #summary(): number {
    const lost = this.#pending.count;
    const refused = this.#failed > 0 ? `, ${this.#failed} refused` : '';
    const unsent = lost > 0 ? `, ${lost} not sent` : '';
    this.#say(`${this.#sent} documents acknowledged${refused}${unsent}`);
    return lost > 0 || this.#failed > 0 ? 1 : 0;
  }

  #say(message: string): void {
    this.#output.write(`estrom ingest: ${message}\n`);
  }
}
