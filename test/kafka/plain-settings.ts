import type { KafkaSettings } from '../../src/kafka/settings.ts';

/** Without TLS and log-in. */
export const PLAIN_SETTINGS: Omit<KafkaSettings, 'kafka'> = {
  kafkaTls: false,
  kafkaCa: '',
  kafkaUsername: '',
  kafkaPassword: '',
  kafkaSasl: 'SCRAM-SHA-512',
};
