import { type Callback, kPerformWithRetry, NetworkError, UserError } from '@platformatic/kafka';
import { afterAll, expect, test } from 'vitest';
import { ProduceAnswer } from '../../src/kafka/produce-answer.ts';
import { sendingClient } from '../../src/kafka/sending-client.ts';
import { clientOptions } from '../../src/kafka/settings.ts';
import { verdictsOf } from '../../src/kafka/verdict.ts';
import { PLAIN_SETTINGS } from './plain-settings.ts';
import { refusal } from './produce-response.ts';

const options = { ...clientOptions({ ...PLAIN_SETTINGS, kafka: '127.0.0.1:9' }, 'test') };
const client = sendingClient({ ...options, retryDelay: 0 });
const lost = new NetworkError('the connection was lost');

afterAll(() => client.close());

/** @returns how often it was tried, and what came of it in the end */
async function perform(name: string, outcomes: readonly (Error | 'written')[]) {
  let attempts = 0;
  const error = await new Promise<Error | null>((resolve) => {
    const operation = (callback: Callback<string>) => {
      const outcome = outcomes[attempts++]!;
      if (outcome === 'written') callback(null, outcome);
      else callback(outcome, undefined as never);
    };
    void client[kPerformWithRetry](name, operation, (failure) => resolve(failure));
  });
  return { attempts, error };
}

test('an answer to all partitions ends a send, though others might be taken another time', async () => {
  const kinds = ['', 'NOT_LEADER_OR_FOLLOWER', 'LEADER_NOT_AVAILABLE', 'MESSAGE_TOO_LARGE'];
  const { attempts, error } = await perform('produce', [refusal({ orders: kinds })]);
  expect(attempts).toBe(1);
  expect(error).toBeInstanceOf(ProduceAnswer);
});

test('a request that may have been taken is repeated until it is known', async () => {
  const { attempts, error } = await perform('produce', [
    lost,
    refusal({ orders: ['NOT_LEADER_OR_FOLLOWER', 'MESSAGE_TOO_LARGE'] }),
    lost,
    refusal({ orders: ['', 'MESSAGE_TOO_LARGE'] }),
  ]);
  expect(attempts).toBe(4);
  const fates = [0, 1].map((partition) => verdictsOf(error)('orders', partition).fate);
  expect(fates).toEqual(['written', 'record']);
});

test.each(['REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'NETWORK_EXCEPTION'])(
  'after %s the leader may have it, so the next one is asked with the same numbers',
  async (kind) => {
    const outcomes = [
      refusal({ orders: [kind, 'INVALID_RECORD'] }),
      refusal({ orders: ['NOT_LEADER_OR_FOLLOWER', 'INVALID_RECORD'] }),
      'written' as const,
    ];
    expect(await perform('produce', outcomes)).toEqual({ attempts: 3, error: null });
  },
);

test('what no other attempt changes ends a send, and other requests are repeated as ever', async () => {
  const hopeless = new UserError('the options are wrong');
  expect(await perform('produce', [hopeless])).toEqual({ attempts: 1, error: hopeless });
  const refused = refusal({ orders: ['NOT_LEADER_OR_FOLLOWER'] });
  expect(await perform('metadata', [refused, lost, 'written'])).toEqual({
    ...{ attempts: 3, error: null },
  });
});
