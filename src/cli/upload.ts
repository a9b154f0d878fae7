import http from 'node:http';
import https from 'node:https';
import { rootCertificates } from 'node:tls';
import { describeConnectionError } from './connection-error.ts';

/** How an upload ended. */
export type UploadEnd =
  /** The server said its last word. */
  | { readonly kind: 'done' }
  /** It may go well later: the connection failed, or the server has no room. */
  | { readonly kind: 'retry'; readonly reason: string; readonly after: number | undefined }
  /** It will not go well, whenever it is tried. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface Failure {
  readonly document: number;
  readonly status: number;
  readonly error: { readonly type: string; readonly reason: string };
}

export interface UploadListener {
  /** The first `done` documents of this upload are promised or refused. */
  progress(done: number, failures: readonly Failure[]): void;
  /** The server took everything that was written. */
  drained(): void;
}

/** What a server with access control, or with a certificate of its own, needs. */
export interface UploadAccess {
  readonly token?: string | undefined;
  /** PEM text of certificates to trust besides the known ones. */
  readonly ca?: string | undefined;
}

/** One endless request; the server answers line by line how far it got. */
export class Upload {
  readonly ended: Promise<UploadEnd>;
  readonly #request: http.ClientRequest;
  readonly #listener: UploadListener;
  #end!: (end: UploadEnd) => void;

  constructor(url: URL, listener: UploadListener, { token, ca }: UploadAccess = {}) {
    this.#listener = listener;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    const client = url.protocol === 'https:' ? https : http;
    this.#request = client.request(url, {
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/x-ndjson',
        accept: 'application/x-ndjson',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    });
    this.#request.on('error', (error) => this.#retry(describeConnectionError(error)));
    this.#request.on('drain', () => listener.drained());
    this.#request.on('response', (response) => this.#onResponse(response));
    this.#request.flushHeaders();
  }

  /** @returns false: the server is behind, await `drained` */
  write(piece: Buffer): boolean {
    return this.#request.write(piece);
  }

  /** No more documents; `ended` follows when all are answered. */
  finish(): void {
    this.#request.end();
  }

  destroy(): void {
    this.#request.destroy();
  }

  #onResponse(response: http.IncomingMessage): void {
    let text = '';
    let done = false;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop()!;
      if (response.statusCode === 200) for (const line of lines) done = this.#onLine(line) || done;
      else text = [...lines, text].join('\n').slice(0, 10_000);
    });
    response.on('error', (error) => this.#retry(describeConnectionError(error)));
    response.on('close', () => {
      if (response.statusCode !== 200) this.#refused(response, text);
      else if (done) this.#end({ kind: 'done' });
      else this.#retry('the server closed the connection');
      this.#request.destroy();
    });
  }

  /** @returns whether it is the last line of the answer */
  #onLine(line: string): boolean {
    const message = parseLine(line);
    if (message === null) {
      this.#end({ kind: 'failed', reason: `this is no answer of estrom: ${line.slice(0, 200)}` });
      return false;
    }
    if (message.acknowledged !== undefined) {
      this.#listener.progress(message.acknowledged, message.failures ?? []);
      return false;
    }
    if (message.error === undefined) return true;
    const reason = message.error.reason ?? line;
    if ((message.status ?? 0) >= 500) this.#retry(reason);
    else this.#end({ kind: 'failed', reason });
    return false;
  }

  #refused(response: http.IncomingMessage, text: string): void {
    const reason = `the server answered ${response.statusCode}: ${reasonOf(text)}`;
    const status = response.statusCode ?? 0;
    if (status !== 429 && status < 500) {
      this.#end({ kind: 'failed', reason });
      return;
    }
    const seconds = Number(response.headers['retry-after']);
    const after = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
    this.#end({ kind: 'retry', reason, after });
  }

  #retry(reason: string): void {
    this.#end({ kind: 'retry', reason, after: undefined });
  }
}

interface AnswerLine {
  readonly acknowledged?: number;
  readonly failures?: Failure[];
  readonly error?: { readonly reason?: string };
  readonly status?: number;
}

function parseLine(line: string): AnswerLine | null {
  try {
    return JSON.parse(line) as AnswerLine;
  } catch {
    return null;
  }
}

function reasonOf(text: string): string {
  try {
    return (JSON.parse(text) as { error?: { reason?: string } }).error?.reason ?? text;
  } catch {
    return text;
  }
}
