import { xxh3 } from '@node-rs/xxhash';
import type { QueryId } from '../../document.ts';

/**
 * The name of a query: XXH3-128 over its index expression, canonical text and audience. Each part
 * but the last is led by its length, so that no part can pass for another.
 * @param index canonical index expression
 * @param canonicalText see `canonical`
 * @param audience the key of the bounds of those who may attach to it
 * @returns 32 hexadecimal digits
 */
export function queryId(index: string, canonicalText: string, audience = ''): QueryId {
  const text = `${index.length}:${index}${audience.length}:${audience}${canonicalText}`;
  return xxh3.xxh128(text).toString(16).padStart(32, '0');
}
