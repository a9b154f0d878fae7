import { expect, test } from 'vitest';
import { readKafkaTopics } from '../../src/ingest/kafka-topics.ts';

test('a topic is the index of its documents unless another one is given', () => {
  expect([...readKafkaTopics('logs, Orders.v2=orders')]).toEqual([
    ['logs', 'logs'],
    ['Orders.v2', 'orders'],
  ]);
});

test.each([
  ['Orders', 'must be lowercase; write Orders=<index>'],
  ['logs=', 'must not be empty'],
  ['a,a=b', 'a stands there twice'],
  ['two words', 'does not name a topic'],
  ['', 'does not name a topic'],
  ['..=x', 'does not name a topic'],
])('%j is refused: %s', (text, reason) => {
  expect(() => readKafkaTopics(text)).toThrow(reason);
});
