import type { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import type { AccessControl } from '../access/access-control.ts';
import { TokenAccess } from '../access/token-access.ts';
import { watchFiles } from '../access/watched-files.ts';
import type { Config } from '../config.ts';
import { ConfigError, isLoopback } from '../config-load.ts';
import type { Logger } from '../log.ts';
import { readTlsFiles, type TlsOptions } from './tls.ts';

/**
 * What callers meet first: tokens, and the certificate. Both are read again when their files change
 * or somebody asks for it; a bad file leaves everything as it was.
 */
export class FrontDoor {
  /** Null: everybody may do everything. */
  readonly access: AccessControl | null;
  /** Null: HTTP without encryption. */
  readonly tls: TlsOptions | null;
  readonly #config: Config;
  readonly #log: Logger;
  readonly #tokens: TokenAccess | null;
  #server: TlsServer | null = null;
  readonly #unwatch: (() => void)[] = [];

  /** @throws ConfigError when a file cannot be used */
  constructor(config: Config, log: Logger) {
    this.#config = config;
    this.#log = log;
    const { tokens, tlsCert, tlsKey, host } = config;
    if ((tlsCert === '') !== (tlsKey === '')) {
      const [given, missing] = tlsKey === '' ? ['cert', 'key'] : ['key', 'cert'];
      throw new ConfigError(`--tls-${given} is given without --tls-${missing}: HTTPS needs both`);
    }
    this.tls = tlsCert === '' ? null : readTlsFiles(tlsCert, tlsKey);
    this.#tokens = tokens === '' ? null : new TokenAccess(tokens, log);
    this.access = this.#tokens;
    if (this.#tokens !== null && this.tls === null && !isLoopback(host)) {
      log.warn(
        { host },
        'tokens travel without encryption: give --tls-cert and --tls-key, or put a proxy that does before it',
      );
    }
  }

  /** Watches the files from now on. */
  open(app: FastifyInstance): void {
    const { tokens, tlsCert, tlsKey } = this.#config;
    if (this.#tokens !== null) {
      this.#unwatch.push(watchFiles([tokens], () => this.#tokens?.reload()));
    }
    if (this.tls !== null) {
      this.#server = app.server as unknown as TlsServer;
      this.#unwatch.push(watchFiles([tlsCert, tlsKey], () => this.#reloadTls()));
    }
  }

  reload(): void {
    this.#tokens?.reload();
    this.#reloadTls();
  }

  close(): void {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
  }

  /** Connections that are open keep what they agreed on; new ones get the new certificate. */
  #reloadTls(): void {
    if (this.#server === null) return;
    const { tlsCert, tlsKey } = this.#config;
    try {
      this.#server.setSecureContext(readTlsFiles(tlsCert, tlsKey));
    } catch (error) {
      // Two files are rarely replaced at once: the second change brings a pair that fits.
      this.#log.warn({ reason: (error as Error).message }, 'the certificate is as it was');
      return;
    }
    this.#log.info({ certificate: tlsCert }, 'certificate read again');
  }
}
