import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '../config-load.ts';

/** What an HTTPS server is made from, and gets again when the files change. */
export interface TlsOptions {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly minVersion: 'TLSv1.2';
}

function read(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`cannot read ${what} ${file}: ${code}`);
  }
}

/**
 * Reads a certificate chain and its key, and makes sure that they belong together.
 * @throws ConfigError one line that names the file
 */
export function readTlsFiles(certFile: string, keyFile: string): TlsOptions {
  const cert = read(certFile, 'the certificate (--tls-cert)');
  const key = read(keyFile, 'the private key (--tls-key)');
  const certificate = attempt(
    () => new X509Certificate(cert),
    `--tls-cert ${certFile} is not a certificate in PEM form`,
  );
  const privateKey = attempt(
    () => createPrivateKey(key),
    `--tls-key ${keyFile} is not a private key in PEM form without a passphrase`,
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new ConfigError(`--tls-key ${keyFile} is not the key of --tls-cert ${certFile}`);
  }
  const options: TlsOptions = { cert, key, minVersion: 'TLSv1.2' };
  attempt(
    () => createSecureContext(options),
    `--tls-cert ${certFile} and --tls-key ${keyFile} cannot be used for HTTPS`,
  );
  return options;
}

function attempt<T>(make: () => T, complaint: string): T {
  try {
    return make();
  } catch {
    throw new ConfigError(complaint);
  }
}
