import { ConfigError } from '../config-load.ts';
import type { ElasticsearchConnection } from '../elasticsearch/connection.ts';
import { validateIndexName } from '../index-name.ts';
import { ElasticsearchDocuments } from '../subscriptions/events/elasticsearch-documents.ts';
import { eventDocument } from '../subscriptions/events/event-document.ts';
import type { MatcherDeps } from '../subscriptions/matching/matcher.ts';
import type { Base } from './base.ts';

/** Where documents of events come from that do not come in themselves. */
export interface EventDocuments {
  /** Undefined: every event has to bring its own. */
  readonly fetch: MatcherDeps['fetch'];
  /** Whoever waits for one is told that nothing is known. */
  close(): void;
}

/**
 * As the settings say: out of the event, or from Elasticsearch.
 * @throws ConfigError when they do not go together
 */
export function openEventDocuments(
  { config, metrics, log }: Base,
  connection: ElasticsearchConnection | undefined,
): EventDocuments {
  const { subscriptionDocument: path, subscriptionDocumentId: idPath } = config;
  const { subscriptionDocumentIndex: index, kafkaEvents } = config;
  const none = { fetch: undefined, close: () => {} };
  if (kafkaEvents === '') return none;
  if (index === '') {
    throw new ConfigError(
      '--kafka-events: name the index of their documents by --subscription-document-index',
    );
  }
  const problem = validateIndexName(index);
  if (problem !== null) throw new ConfigError(`--subscription-document-index ${index} ${problem}`);
  if (path !== '') return { ...none, fetch: eventDocument({ path, idPath, index }) };
  if (connection === undefined) {
    throw new ConfigError(
      '--kafka-events: where are their documents? In the event at --subscription-document PATH, or in --elasticsearch URL',
    );
  }
  const documents = new ElasticsearchDocuments({ connection, index, idPath, metrics, log });
  return { fetch: documents.fetch, close: () => documents.close() };
}
