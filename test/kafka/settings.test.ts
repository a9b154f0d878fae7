import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config-load.ts';
import { brokerAddresses, clientOptions } from '../../src/kafka/settings.ts';
import { PLAIN_SETTINGS } from './plain-settings.ts';

test('brokers are host and port, several with commas, and 9092 where no port is given', () => {
  expect(brokerAddresses('one:9093, two,[::1]:9094,[fe80::1]')).toEqual([
    { host: 'one', port: 9093 },
    { host: 'two', port: 9092 },
    { host: '::1', port: 9094 },
    { host: 'fe80::1', port: 9092 },
  ]);
});

test.each(['', 'one,', 'one:', 'one:0', 'one:65536', 'kafka://one:9092', '::1', 'name@host'])(
  '%j is no address of a broker',
  (hosts) => {
    expect(() => brokerAddresses(hosts)).toThrow(ConfigError);
  },
);

test('a user name is a log-in, and a file of certificates that is not there is told', () => {
  const settings = { ...PLAIN_SETTINGS, kafka: 'one', kafkaUsername: 'u', kafkaPassword: 'p' };
  expect(clientOptions(settings, 'test').sasl).toEqual({
    ...{ mechanism: 'SCRAM-SHA-512', username: 'u', password: 'p' },
  });
  expect(clientOptions({ ...PLAIN_SETTINGS, kafka: 'one' }, 'test')).not.toHaveProperty('sasl');
  const secure = { ...PLAIN_SETTINGS, kafka: 'one', kafkaTls: true, kafkaCa: '/nowhere/ca.pem' };
  expect(() => clientOptions(secure, 'test')).toThrow(
    /--kafka-ca: \/nowhere\/ca.pem cannot be read/,
  );
});
