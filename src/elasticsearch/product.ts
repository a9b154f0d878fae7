import type { Client, ClientOptions } from '@elastic/elasticsearch';
import { clientLibrary } from './client-library.ts';

type Headers = Readonly<Record<string, unknown>>;

/** Which server an answer says that it is of; undefined where it says nothing. */
export function productOf(headers: Headers): 'elasticsearch' | 'opensearch' | undefined {
  if (headers['x-elastic-product'] === 'Elasticsearch') return 'elasticsearch';
  return headers['x-opensearch-version'] === undefined ? undefined : 'opensearch';
}

/**
 * Media types that every server knows. Elasticsearch's client asks in those of its own, by which newer servers
 * know how old it is; OpenSearch refuses them.
 */
export function plainTypes(body: 'none' | 'json' | 'ndjson'): Record<string, string> {
  const accept = { accept: 'application/json' };
  if (body === 'none') return accept;
  return {
    ...accept,
    'content-type': body === 'json' ? 'application/json' : 'application/x-ndjson',
  };
}

/** Elasticsearch's client, for whatever answers: what that is, the caller has to see. */
export function clientOfAny(options: ClientOptions): Client {
  const { Client, SniffingTransport } = clientLibrary();
  class Transport extends SniffingTransport {
    constructor({ productCheck: _, ...rest }: ConstructorParameters<typeof SniffingTransport>[0]) {
      super(rest);
    }
  }
  return new Client({ ...options, Transport });
}
