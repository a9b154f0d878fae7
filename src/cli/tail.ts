import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { pointAt } from './tail-complaint.ts';
import { follow, type TailEnd, type TailListener } from './tail-connection.ts';
import { formatHit } from './tail-format.ts';
import { describeGap, positionBehind, readGap, seqOf } from './tail-records.ts';

export interface TailOptions {
  /** Of the server, as `http://127.0.0.1:9280`; a path is kept. */
  readonly url: string;
  readonly index: string;
  readonly query: string | undefined;
  /** Of the query; the server knows which there are. */
  readonly lang: string | undefined;
  /** Of a registered query, in place of index and query. */
  readonly id: string | undefined;
  readonly token: string | undefined;
  /** PEM text of certificates to trust besides the known ones. */
  readonly ca: string | undefined;
  /** Hits after which to stop. */
  readonly limit: number;
  /** `_seq` to go on behind. */
  readonly after: string | undefined;
  /** Hits as they came, one a line. */
  readonly json: boolean;
  readonly fields: readonly string[] | null;
  readonly color: boolean;
  /** The same for notices. */
  readonly colorMessages: boolean;
  readonly output: Writable;
  /** For messages to people. */
  readonly messages: Writable;
  /** Aborted: stop, count, end well. */
  readonly signal: AbortSignal;
}

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;
const YELLOW = '\x1b[33m';
const RESET = '\x1b[0m';

/**
 * Follows a query on a server and writes its hits, for as long as it takes: a connection that
 * breaks off is made anew, behind the last hit.
 * @returns exit code: 0 at the limit, at the signal or when the output is closed; 2 when the
 *   server refuses
 */
export async function tail(options: TailOptions): Promise<number> {
  return new Following(options).run();
}

class Following implements TailListener {
  readonly #options: TailOptions;
  readonly #stop = new AbortController();
  #hits = 0;
  /** Position of the newest record that was written. */
  #position: string | undefined;
  /** The server takes `after`. */
  #resumes = true;
  #connections = 0;
  #pause = FIRST_PAUSE;
  /** When the last connection broke off. */
  #lostAt: Date | undefined;

  constructor(options: TailOptions) {
    this.#options = options;
    this.#position = options.after;
  }

  async run(): Promise<number> {
    const { output, signal, limit } = this.#options;
    const stop = (): void => this.#stop.abort();
    signal.addEventListener('abort', stop, { once: true });
    // A closed pipe (estrom tail | head) is how a reader says that it has enough.
    output.on('error', stop).on('close', stop);
    if (signal.aborted) stop();
    let end = await this.#follow();
    while (end.kind === 'retry' && !this.#stop.signal.aborted) {
      const pause = Math.max(Math.round(this.#pause * (0.75 + Math.random() / 2)), end.after);
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      this.#lostAt ??= new Date();
      this.#say(`${end.reason}; next try in ${pause} ms`);
      await delay(pause, undefined, { signal: this.#stop.signal }).catch(() => {});
      if (!this.#stop.signal.aborted) end = await this.#follow();
    }
    if (signal.aborted) this.#say(this.#hits === 1 ? '1 hit' : `${this.#hits} hits`);
    if (this.#stop.signal.aborted || this.#hits >= limit) return 0;
    return end.kind === 'refused' ? this.#complain(end) : 0;
  }

  async #follow(): Promise<TailEnd> {
    const { token, ca } = this.#options;
    const request = { url: this.#url(), token, ca, signal: this.#stop.signal };
    const end = await follow(request, this);
    const isResumeRefused =
      end.kind === 'refused' && end.status === 400 && /\[after\]/.test(end.reason);
    // Who asked for a position wants it, or the reason; after a break anything is better than nothing.
    if (!isResumeRefused || !this.#resumes || this.#connections === 0) return end;
    this.#resumes = false;
    return this.#follow();
  }

  #url(): URL {
    const { url, index, query, lang, id, limit } = this.#options;
    const target = new URL('api/v0.1/docs', url.endsWith('/') ? url : `${url}/`);
    const parameters = target.searchParams;
    parameters.set('format', 'ndjson');
    if (id === undefined) {
      parameters.set('i', index);
      if (query !== undefined) parameters.set('q', query);
      if (lang !== undefined) parameters.set('lang', lang);
    } else {
      parameters.set('s', id);
    }
    if (limit !== Number.POSITIVE_INFINITY) parameters.set('limit', String(limit - this.#hits));
    if (this.#resumes && this.#position !== undefined) parameters.set('after', this.#position);
    return target;
  }

  opened(position: string | null): void {
    if (this.#connections++ > 0) {
      const since = this.#lostAt?.toTimeString().slice(0, 8);
      const isResumed = this.#resumes && this.#position !== undefined;
      this.#say(
        isResumed
          ? `connected again, going on after ${this.#position}`
          : `connected again; hits since ${since} may be missing`,
        !isResumed,
      );
    }
    this.#lostAt = undefined;
    this.#position ??= position ?? undefined;
  }

  records(lines: readonly string[]): boolean {
    const { limit, json, output } = this.#options;
    this.#pause = FIRST_PAUSE;
    let text = '';
    for (const line of lines) {
      const gap = readGap(line);
      if (gap !== null) {
        // In its place among the hits, as far as two streams can be.
        if (text !== '') output.write(text);
        text = '';
        this.#position = positionBehind(gap) ?? this.#position;
        this.#say(describeGap(gap), true);
        continue;
      }
      text += `${json ? line : this.#format(line)}\n`;
      this.#position = seqOf(line) ?? this.#position;
      if (++this.#hits < limit) continue;
      output.write(text, () => this.#stop.abort());
      return true;
    }
    return text === '' || output.write(text);
  }

  ready(): Promise<void> {
    const { output } = this.#options;
    return new Promise((resolve) => {
      output.once('drain', resolve);
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #format(line: string): string {
    const { color, fields, index, id } = this.#options;
    const showIndex = id !== undefined || /[*,]/.test(index);
    try {
      return formatHit(line, { color, fields, showIndex, now: Date.now() });
    } catch {
      return line;
    }
  }

  #complain({ reason, offset, status }: Extract<TailEnd, { kind: 'refused' }>): number {
    const { query, token } = this.#options;
    const hint =
      status === 401 && token === undefined ? '; give a token with --token or ESTROM_TOKEN' : '';
    this.#say(reason + hint);
    if (offset !== undefined && query !== undefined) {
      this.#options.messages.write(`${pointAt(query, offset)}\n`);
    }
    return 2;
  }

  #say(message: string, isNotice = false): void {
    const paint = isNotice && this.#options.colorMessages;
    const text = `estrom tail: ${message}`;
    this.#options.messages.write(`${paint ? YELLOW + text + RESET : text}\n`);
  }
}
