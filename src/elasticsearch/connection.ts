import type { Readable } from 'node:stream';
import type { Client, errors } from '@elastic/elasticsearch';
import type { Config } from '../config.ts';
import { withoutPasswords } from '../config-addresses.ts';
import { EstromError } from '../errors.ts';
import { readAuthorities } from './authorities.ts';
import { clientLibrary } from './client-library.ts';
import { clientOfAny, plainTypes, productOf } from './product.ts';

export type ElasticsearchSettings = Pick<
  Config,
  'elasticsearch' | 'elasticsearchApiKey' | 'elasticsearchPrefix' | 'elasticsearchTimeout'
> &
  Partial<Pick<Config, 'elasticsearchCa'>>;

/** An answer of Elasticsearch, whatever its status. */
export interface Answer {
  readonly status: number;
  /** Parsed JSON; text for other content types. */
  readonly body: unknown;
}

/** The same as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly bytes: Buffer;
}

export interface AskOptions {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON; text is sent as it is. */
  readonly body?: string | object;
  /** Text that is not JSON but lines of it. */
  readonly isNdjson?: boolean;
  /** Milliseconds instead of the setting. */
  readonly timeout?: number;
  /** How often it is tried again, after seconds, when the connection fails; 2 unless given. */
  readonly retries?: number;
  readonly signal?: AbortSignal;
  /** An answer that does not say whose it is, Elasticsearch's or OpenSearch's, is one too, without its body. */
  readonly isAnyProduct?: boolean;
}

/**
 * The connection for everything that is not percolation itself: few requests, each of which counts.
 * Statuses are data; only what could not be asked at all is an error.
 */
export class ElasticsearchConnection {
  /** What every index and alias that is made here begins with. */
  readonly prefix: string;
  /** The URLs, for people. */
  readonly address: string;
  readonly #client: Client;
  readonly #errors: typeof errors;
  #isOpenSearch = false;

  constructor(settings: ElasticsearchSettings) {
    this.prefix = settings.elasticsearchPrefix;
    this.address = withoutPasswords(settings.elasticsearch);
    const { elasticsearchApiKey: apiKey } = settings;
    const ca = readAuthorities(settings.elasticsearchCa);
    this.#errors = clientLibrary().errors;
    this.#client = clientOfAny({
      nodes: settings.elasticsearch.split(','),
      requestTimeout: settings.elasticsearchTimeout,
      maxRetries: 2,
      ...(ca === undefined ? {} : { tls: { ca } }),
      ...(apiKey === '' ? {} : { auth: { apiKey } }),
    });
  }

  /**
   * @param path without the query, names in it encoded
   * @throws EstromError UNAVAILABLE when no node answered
   */
  async ask(method: string, path: string, options: AskOptions = {}): Promise<Answer> {
    try {
      const { statusCode, body, product } = await this.#request(method, path, options, false);
      if (product !== undefined || statusCode >= 300) return { status: statusCode, body };
      if (options.isAnyProduct === true) return { status: statusCode, body: undefined };
      throw unknownProduct();
    } catch (error) {
      if (error instanceof this.#errors.ResponseError) {
        return { status: error.statusCode ?? 0, body: error.body };
      }
      throw error instanceof EstromError ? error : unreachable(error as Error);
    }
  }

  /**
   * As {@link ask}, for answers whose numbers have to stay as they are written.
   * @param limit bytes that the answer may have
   * @throws EstromError TOO_LARGE for more
   */
  async askRaw(
    method: string,
    path: string,
    limit: number,
    options: AskOptions = {},
  ): Promise<RawAnswer> {
    try {
      const { statusCode, body, product } = await this.#request(method, path, options, true);
      if (product === undefined && statusCode < 300) {
        // Its end is told as an error, which has to be heard.
        (body as Readable).once('error', () => {}).destroy();
        throw unknownProduct();
      }
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > limit) {
          const reason = `Elasticsearch's answer to ${method} ${path} has more than ${limit} bytes`;
          throw new EstromError('TOO_LARGE', reason);
        }
        chunks.push(chunk);
      }
      return { status: statusCode, bytes: Buffer.concat(chunks, length) };
    } catch (error) {
      throw error instanceof EstromError ? error : unreachable(error as Error);
    }
  }

  /** As {@link ask}. @throws EstromError ENGINE_FAILED for a status of 400 or more as well */
  async demand(method: string, path: string, options: AskOptions = {}): Promise<unknown> {
    const { status, body } = await this.ask(method, path, options);
    if (status < 400) return body;
    const code = status === 429 || status === 503 ? 'UNAVAILABLE' : 'ENGINE_FAILED';
    throw new EstromError(
      code,
      `Elasticsearch answered ${status} to ${method} ${path}: ${reasonOf(body)}`,
    );
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #request(method: string, path: string, options: AskOptions, asStream: boolean) {
    const isPlain = this.#isOpenSearch;
    try {
      return await this.#send(method, path, options, asStream);
    } catch (error) {
      if (!(error instanceof this.#errors.ResponseError) || error.statusCode !== 406) throw error;
      // OpenSearch has not read it: the first request can only guess whom it asks.
      if (isPlain || productOf(error.headers ?? {}) !== 'opensearch') throw error;
      this.#isOpenSearch = true;
      return await this.#send(method, path, options, asStream);
    }
  }

  async #send(method: string, path: string, options: AskOptions, asStream: boolean) {
    const { query, body, isNdjson = false, timeout, retries, signal } = options;
    const kind = body === undefined ? 'none' : isNdjson ? 'ndjson' : 'json';
    const payload = body === undefined ? {} : isNdjson ? { bulkBody: body as string } : { body };
    const {
      statusCode,
      headers,
      body: answer,
    } = await this.#client.transport.request(
      { method, path, ...payload, ...(query === undefined ? {} : { querystring: query }) },
      {
        meta: true,
        ...(asStream ? { asStream } : {}),
        ...(timeout === undefined ? {} : { requestTimeout: timeout }),
        ...(retries === undefined ? {} : { maxRetries: retries }),
        ...(signal === undefined ? {} : { signal }),
        ...(this.#isOpenSearch ? { headers: plainTypes(kind) } : {}),
      },
    );
    const product = productOf(headers);
    this.#isOpenSearch ||= product === 'opensearch';
    return { statusCode, body: answer, product };
  }
}

function unknownProduct(): EstromError {
  return new EstromError(
    'UNAVAILABLE',
    'what answers in place of Elasticsearch does not say that it is Elasticsearch or OpenSearch; is there another server between?',
  );
}

function unreachable(error: Error): EstromError {
  return new EstromError(
    'UNAVAILABLE',
    `Elasticsearch cannot be reached: ${inShort(error)}; ${advice(error)}`,
  );
}

function advice({ message }: Error): string {
  return /certificate/.test(message)
    ? 'name the authority of its certificate by --elasticsearch-ca'
    : 'try again';
}

/** OpenSSL tells more of its own sources than of the fault. */
function inShort({ message }: Error): string {
  const fault = /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1];
  if (fault === undefined) return message.replaceAll(/\s*\n\s*/g, ' ');
  return fault === 'wrong version number' || fault === 'packet length too long'
    ? `${fault}: what answers there does not speak HTTPS, is it http://?`
    : fault;
}

/** What an error answer gives as its reason. */
export function reasonOf(body: unknown): string {
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as {
    error?: { type?: string; reason?: string } | string;
  };
  if (typeof error === 'string') return error;
  if (error?.reason !== undefined) return `${error.type}: ${error.reason}`;
  return typeof body === 'string' ? body.slice(0, 500) : JSON.stringify(body).slice(0, 500);
}
