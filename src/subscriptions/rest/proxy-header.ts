import type { FastifyRequest } from 'fastify';
import { EstromError } from '../../errors.ts';

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * What a proxy says in a header; null where it does not come, or is empty. Its bytes are UTF-8.
 * @throws EstromError UNAUTHENTICATED when it comes twice: then a caller may have added one of them
 */
export function readProxyHeader({ raw }: FastifyRequest, name: string | null): string | null {
  if (name === null) return null;
  const values = raw.headersDistinct[name.toLowerCase()] ?? [];
  if (values.length > 1) {
    throw new EstromError(
      'UNAUTHENTICATED',
      `the header [${name}] came ${values.length} times: a proxy has to replace what callers send`,
    );
  }
  const value = values[0]?.trim() ?? '';
  return value === '' ? null : decoded(value, name);
}

/** Node gives every byte of a header as one character. */
function decoded(value: string, name: string): string {
  try {
    return UTF_8.decode(Buffer.from(value, 'latin1'));
  } catch {
    throw new EstromError('UNAUTHENTICATED', `the header [${name}] is not UTF-8`);
  }
}
