import { createRequire } from 'node:module';

/**
 * Elasticsearch's client: 350 modules that only those need who have an Elasticsearch, so it is loaded when the
 * first connection is made.
 */
export function clientLibrary(): typeof import('@elastic/elasticsearch') {
  return createRequire(import.meta.url)('@elastic/elasticsearch');
}
