/** What went wrong with a connection, for people. */
export function describeConnectionError(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nothing listens there (connection refused)';
  if (code === 'ENOTFOUND') return 'there is no host of that name';
  return error.message === '' ? String(code) : error.message;
}

/** Trying again does not help: who is behind the address cannot be trusted, or does not speak TLS. */
export function isTlsError(error: Error): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return /CERT|SIGNATURE|SELF_SIGNED|^EPROTO$|^ERR_(SSL|TLS)/.test(code);
}
