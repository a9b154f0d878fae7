import type { Client, errors } from '@elastic/elasticsearch';
import type { Config } from '../config.ts';
import { withoutPasswords } from '../config-addresses.ts';
import { EstromError } from '../errors.ts';
import { readAuthorities } from './authorities.ts';
import { clientLibrary } from './client-library.ts';

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
  /** An answer that does not say that it is Elasticsearch's is one too, without its body. */
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

  constructor(settings: ElasticsearchSettings) {
    this.prefix = settings.elasticsearchPrefix;
    this.address = withoutPasswords(settings.elasticsearch);
    const { elasticsearchApiKey: apiKey } = settings;
    const ca = readAuthorities(settings.elasticsearchCa);
    const library = clientLibrary();
    this.#errors = library.errors;
    this.#client = new library.Client({
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
    const { query, body, isNdjson = false, timeout, retries, signal, isAnyProduct } = options;
    const payload = body === undefined ? {} : isNdjson ? { bulkBody: body as string } : { body };
    try {
      const { statusCode, body: answer } = await this.#client.transport.request(
        { method, path, ...payload, ...(query === undefined ? {} : { querystring: query }) },
        {
          meta: true,
          ...(timeout === undefined ? {} : { requestTimeout: timeout }),
          ...(retries === undefined ? {} : { maxRetries: retries }),
          ...(signal === undefined ? {} : { signal }),
        },
      );
      return { status: statusCode, body: answer };
    } catch (error) {
      if (error instanceof this.#errors.ResponseError) {
        return { status: error.statusCode ?? 0, body: error.body };
      }
      if (error instanceof this.#errors.ProductNotSupportedError && isAnyProduct === true) {
        return { status: error.meta?.statusCode ?? 0, body: undefined };
      }
      throw new EstromError(
        'UNAVAILABLE',
        `Elasticsearch cannot be reached: ${inShort(error as Error)}; ${advice(error as Error)}`,
      );
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
