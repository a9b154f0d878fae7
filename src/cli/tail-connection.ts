import http from 'node:http';
import https from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import { rootCertificates } from 'node:tls';
import { describeConnectionError, isTlsError } from './connection-error.ts';
import { readRefusal } from './tail-complaint.ts';

/** How a connection ended. */
export type TailEnd =
  /** Worth trying again, after at least so many milliseconds. */
  | { readonly kind: 'retry'; readonly reason: string; readonly after: number }
  /** The server, or what is taken for one, will say the same again. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly reason: string;
      readonly offset: number | undefined;
    };

export interface TailRequest {
  readonly url: URL;
  readonly token: string | undefined;
  /** PEM text of certificates to trust besides the known ones. */
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
}

export interface TailListener {
  /** The server answered: every document behind this position (null: sent from now on) is seen. */
  opened(position: string | null): void;
  /** Records without their newline, heartbeats taken out. @returns false: not before the promise of `ready` */
  records(lines: readonly string[]): boolean;
  /** When more can be taken. */
  ready(): Promise<void>;
}

/** A dead peer is noticed although nothing is ever sent to it. */
const KEEP_ALIVE = 30_000;
const MAX_ERROR_BODY = 64 * 1024;

/** Follows one answer until it ends. Never rejects. */
export function follow(request: TailRequest, listener: TailListener): Promise<TailEnd> {
  return new Promise((resolve) => {
    const { url, token, ca, signal } = request;
    const fail = (error: Error): void => {
      const reason = describeConnectionError(error);
      if (isTlsError(error)) resolve({ kind: 'refused', status: 0, reason, offset: undefined });
      else resolve({ kind: 'retry', reason, after: 0 });
    };
    const client = url.protocol === 'https:' ? https : http;
    const outgoing = client.request(url, {
      agent: false,
      signal,
      headers: {
        accept: 'application/x-ndjson',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    });
    outgoing.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE));
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      response.on('error', fail);
      const isStream =
        response.statusCode === 200 &&
        response.headers['content-type']?.startsWith('application/x-ndjson') === true;
      if (isStream) readRecords(response, listener, resolve);
      else readAnswer(response, resolve);
    });
    outgoing.end();
  });
}

function readRecords(
  response: http.IncomingMessage,
  listener: TailListener,
  resolve: (end: TailEnd) => void,
): void {
  const position = response.headers['x-position'];
  listener.opened(typeof position === 'string' ? position : null);
  const decoder = new StringDecoder('utf8');
  // Pieces of the record that is not complete yet: joined once, however long it is.
  let pieces: string[] = [];
  response.on('data', (chunk: Buffer) => {
    const lines = decoder.write(chunk).split('\n');
    pieces.push(lines[0]!);
    if (lines.length === 1) return;
    lines[0] = pieces.join('');
    pieces = [lines.pop()!];
    const records = lines.filter((line) => line !== '');
    if (records.length === 0 || listener.records(records)) return;
    response.pause();
    void listener.ready().then(() => response.resume());
  });
  response.on('close', () =>
    resolve({
      kind: 'retry',
      reason: response.complete ? 'the server ended the stream' : 'the connection was lost',
      after: 0,
    }),
  );
}

function readAnswer(response: http.IncomingMessage, resolve: (end: TailEnd) => void): void {
  let body = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    body += text;
    if (body.length > MAX_ERROR_BODY) response.destroy();
  });
  response.on('close', () => {
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) {
      const reason = 'this is no answer of estrom; is the URL right?';
      resolve({ kind: 'refused', status, reason, offset: undefined });
      return;
    }
    const { reason, offset } = readRefusal(status, body);
    if (status !== 429 && status !== 408 && status < 500) {
      const { location } = response.headers;
      const to = location === undefined ? '' : ` (go to ${location})`;
      resolve({ kind: 'refused', status, reason: reason + to, offset });
      return;
    }
    const seconds = Number(response.headers['retry-after']);
    resolve({ kind: 'retry', reason, after: seconds > 0 ? Math.min(seconds, 60) * 1000 : 0 });
  });
}
