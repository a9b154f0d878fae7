import type { Setting } from './config-setting.ts';
import { MIB } from './config-setting.ts';

/** What is read from Kafka and written to it. */
export const KAFKA_SETTINGS = {
  kafka: {
    kind: 'string',
    default: '',
    help: 'some brokers of Kafka, host:port with commas between: for topics in and out',
  },
  kafkaTopics: {
    kind: 'string',
    default: '',
    help: 'topics whose records are documents, with commas; topic=index where the index has another name',
  },
  kafkaEvents: {
    kind: 'string',
    default: '',
    help: 'topics whose records are events that durable subscriptions are asked about',
  },
  kafkaOrders: {
    kind: 'string',
    default: '',
    help: 'topic that notification orders are written to, such as notification_orders',
  },
  kafkaDeadLetters: {
    kind: 'string',
    default: 'estrom-dead-letters',
    help: 'topic for records that are no documents or events, with the reason',
  },
  kafkaGroup: {
    kind: 'string',
    default: 'estrom',
    help: 'consumer group, the same on all nodes that share the work',
  },
  kafkaFrom: {
    kind: 'string',
    default: 'earliest',
    oneOf: ['earliest', 'latest'],
    help: 'where the group begins in topics that it has not read yet',
  },
  kafkaBuffer: {
    kind: 'bytes',
    default: 32 * MIB,
    min: 1 * MIB,
    help: 'bytes read from Kafka and not yet percolated, and as many on the way to it',
  },
  kafkaTls: { kind: 'boolean', default: false, help: 'speak TLS with Kafka' },
  kafkaCa: {
    kind: 'string',
    default: '',
    help: "PEM file with the authority of the brokers' certificates, where it is one of your own",
  },
  kafkaUsername: { kind: 'string', default: '', help: 'name to log in with at Kafka' },
  kafkaPassword: { kind: 'string', default: '', isSecret: true, help: 'password of that name' },
  kafkaSasl: {
    kind: 'string',
    default: 'SCRAM-SHA-512',
    oneOf: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    help: 'how to log in at Kafka',
  },
} as const satisfies Record<string, Setting>;
