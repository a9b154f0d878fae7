import { readFileSync } from 'node:fs';
import type { BaseOptions } from '@platformatic/kafka';
import { ConfigError } from '../config-load.ts';

export interface KafkaSettings {
  /** `host:port` of some brokers, with commas; they tell the others. */
  readonly kafka: string;
  readonly kafkaTls: boolean;
  /** PEM file of who signs the brokers' certificates; '': those that Node trusts. */
  readonly kafkaCa: string;
  /** '': no log-in. */
  readonly kafkaUsername: string;
  readonly kafkaPassword: string;
  /** `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`. */
  readonly kafkaSasl: string;
}

/** Milliseconds between two attempts: doubled up to this. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 2000;
const DEFAULT_PORT = 9092;

/**
 * @param hosts `host:port` with commas; `[::1]:9092` for addresses with colons
 * @throws ConfigError that names what is not an address
 */
export function brokerAddresses(hosts: string): { host: string; port: number }[] {
  return hosts.split(',').map((text) => {
    const [, bare, plain, port] =
      /^(?:\[([^\]]+)\]|([^\s:/@]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
    const host = bare ?? plain;
    const number = port === undefined ? DEFAULT_PORT : Number(port);
    if (host === undefined || number < 1 || number > 65_535) {
      throw new ConfigError(
        `--kafka: "${text}" is no address of a broker; write host:port, several with commas`,
      );
    }
    return { host, port: number };
  });
}

/**
 * What every client of the library is made with. It goes on trying as long as brokers are away: what has to
 * end sooner is closed.
 * @throws ConfigError for addresses, or a file of certificates that cannot be read
 */
export function clientOptions(settings: KafkaSettings, clientId: string): BaseOptions {
  const { kafkaTls, kafkaCa, kafkaUsername, kafkaPassword, kafkaSasl } = settings;
  return {
    clientId,
    bootstrapBrokers: brokerAddresses(settings.kafka),
    connectTimeout: 5000,
    requestTimeout: 15_000,
    retries: true,
    retryDelay: (_client, _operation, attempt) => retryDelay(attempt),
    ...(kafkaTls ? { tls: kafkaCa === '' ? {} : { ca: certificates(kafkaCa) } } : {}),
    ...(kafkaUsername === ''
      ? {}
      : {
          sasl: {
            mechanism: kafkaSasl as 'PLAIN',
            username: kafkaUsername,
            password: kafkaPassword,
          },
        }),
  };
}

/** @returns milliseconds before the next attempt, of which the first is 1: no two clients the same */
export function retryDelay(attempt: number): number {
  const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempt, 10));
  return delay * (0.75 + Math.random() / 2);
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`--kafka-ca: ${file} cannot be read: ${(error as Error).message}`);
  }
}
