import { createRequire } from 'node:module';

/** Kafka's client: many modules that only those need who have a Kafka, so it is loaded with the first connection. */
export function kafkaLibrary(): typeof import('@platformatic/kafka') {
  return createRequire(import.meta.url)('@platformatic/kafka');
}
