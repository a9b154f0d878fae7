import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { ConfigError } from '../config-load.ts';

/**
 * Certificates, in PEM form, of the authorities that may vouch for Elasticsearch's nodes: the usual ones and those in a file.
 * @param file of the setting elasticsearch-ca; none: undefined, which is the usual ones alone
 * @throws ConfigError one line that names the file
 */
export function readAuthorities(file: string | undefined): string[] | undefined {
  if (file === undefined || file === '') return undefined;
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`cannot read the certificates (--elasticsearch-ca) ${file}: ${code}`);
  }
  try {
    new X509Certificate(pem);
  } catch {
    throw new ConfigError(`--elasticsearch-ca ${file} is not a certificate in PEM form`);
  }
  return [...rootCertificates, pem];
}
