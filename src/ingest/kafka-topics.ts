import { ConfigError } from '../config-load.ts';
import { validateIndexName } from '../index-name.ts';

/**
 * What `--kafka-topics` says: topics with commas, each with `=index` where documents go to an index of another name.
 * @param flag the setting, for errors
 * @returns the index of each topic
 * @throws ConfigError that names what is wrong
 */
export function readKafkaTopics(
  text: string,
  flag = '--kafka-topics',
): ReadonlyMap<string, string> {
  const topics = new Map<string, string>();
  for (const part of text.split(',')) {
    const [topic = '', index = topic] = part.trim().split('=', 2);
    if (!/^[\w.-]{1,249}$/.test(topic) || topic === '.' || topic === '..') {
      throw new ConfigError(`${flag}: "${part}" does not name a topic of Kafka`);
    }
    const problem = validateIndexName(index);
    if (problem !== null) {
      throw new ConfigError(
        `${flag}: documents of ${topic} cannot go to the index "${index}", which ${problem}; write ${topic}=<index>`,
      );
    }
    if (topics.has(topic)) throw new ConfigError(`${flag}: ${topic} stands there twice`);
    topics.set(topic, index);
  }
  return topics;
}
