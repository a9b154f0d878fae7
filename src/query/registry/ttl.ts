import { EstromError } from '../../errors.ts';
import { describe } from '../dsl/dsl-reader.ts';
import { scalarText } from '../json.ts';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads how long a claim lasts: seconds as a number, or a text such as `10m` or `1.5h`.
 * @returns milliseconds
 * @throws EstromError BAD_REQUEST
 */
export function parseTtl(value: unknown): number {
  const text = typeof value === 'boolean' ? undefined : scalarText(value);
  const match = /^(\d{1,12}(?:\.\d{1,6})?(?:E\d{1,2})?)(ms|s|m|h|d)?$/.exec(text?.trim() ?? '');
  const milliseconds = match ? Number(match[1]) * UNITS[match[2] ?? 's']! : 0;
  if (milliseconds >= 1 && Number.isFinite(milliseconds)) return milliseconds;
  throw new EstromError(
    'BAD_REQUEST',
    `[ttl] must be a positive number of seconds or a text such as "10m" (ms, s, m, h, d), but found ${describe(value)}`,
  );
}
