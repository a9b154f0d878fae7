import { ConfigError } from '../config-load.ts';
import { KafkaOrderSink } from '../subscriptions/kafka-order-sink.ts';
import type { OrderSink } from '../subscriptions/order-sink.ts';
import { WebhookSink } from '../subscriptions/webhook-sink.ts';
import type { Base } from './base.ts';
import type { SubscriptionsParts } from './subscriptions.ts';

/**
 * Where the settings say that orders go.
 * @throws ConfigError
 */
export function openSinks({ config }: Base, { kafka }: SubscriptionsParts): OrderSink[] {
  const sinks: OrderSink[] = [];
  if (config.kafkaOrders !== '' && kafka !== undefined) {
    sinks.push(new KafkaOrderSink({ producer: kafka.producer, topic: config.kafkaOrders }));
  }
  if (config.webhooks) {
    sinks.push(
      new WebhookSink({
        secret: config.webhookSecret || null,
        allowPrivate: config.webhookPrivate,
        timeout: config.webhookTimeout,
      }),
    );
  } else if (config.webhookSecret !== '') {
    throw new ConfigError('--webhook-secret signs what --webhooks posts: give that, too');
  }
  return sinks;
}
