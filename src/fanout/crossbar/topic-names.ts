import type { QueryId } from '../../document.ts';

const PREFIX = 'docs-for-';
const TOPIC = /^docs-for-([0-9a-f]{32})$/;

export function topicName(id: QueryId): string {
  return `${PREFIX}${id}`;
}

/** Undefined for every other topic. */
export function queryOfTopic(topic: string): QueryId | undefined {
  return TOPIC.exec(topic)?.[1];
}
