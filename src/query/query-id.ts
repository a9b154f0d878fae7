import { xxh3 } from '@node-rs/xxhash';
import type { QueryId } from '../document.ts';

/**
 * The name of a query: XXH3-128 over its index expression, canonical text and row filter. Each part
 * but the last is led by its length, so that no part can pass for another.
 * @param index canonical index expression
 * @param canonicalText see `canonical`
 * @returns 32 hexadecimal digits
 */
export function queryId(index: string, canonicalText: string, rowFilter = ''): QueryId {
  const text = `${index.length}:${index}${rowFilter.length}:${rowFilter}${canonicalText}`;
  return xxh3.xxh128(text).toString(16).padStart(32, '0');
}
