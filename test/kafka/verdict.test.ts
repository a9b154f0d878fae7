import { MultipleErrors, NetworkError, UserError } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { produceAnswer } from '../../src/kafka/produce-answer.ts';
import { verdictsOf } from '../../src/kafka/verdict.ts';
import { type Refusals, refusal } from './produce-response.ts';

const FAILED = 'Producing messages failed.';

function answer(topics: Refusals): Error {
  return produceAnswer(refusal(topics))!;
}

/** As a send fails: one error for each broker, and beside it what the others wrote. */
function failed(errors: Error[], offsets: object[] = []): Error {
  return Object.assign(new MultipleErrors(FAILED, errors), { produced: { offsets } });
}

test('each partition is judged by its own error, whatever the others have', () => {
  const kinds = [
    ...['MESSAGE_TOO_LARGE', 'NOT_LEADER_OR_FOLLOWER', '', 'TOPIC_AUTHORIZATION_FAILED'],
    ...['INVALID_RECORD', 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  ];
  const verdictOf = verdictsOf(failed([answer({ orders: kinds })]));
  expect(kinds.map((_, partition) => verdictOf('orders', partition))).toEqual([
    { fate: 'record', code: 'TOO_LARGE', reason: expect.stringMatching(/^MESSAGE_TOO_LARGE: /) },
    {
      ...{ fate: 'again', code: 'UNAVAILABLE' },
      reason: expect.stringMatching(/^NOT_LEADER_OR_FOLLOWER: /),
    },
    { fate: 'written', code: 'UNAVAILABLE', reason: '' },
    {
      ...{ fate: 'refused', code: 'UNAVAILABLE' },
      reason: expect.stringMatching(/^TOPIC_AUTHORIZATION_FAILED: /),
    },
    { fate: 'record', code: 'BAD_DOCUMENT', reason: expect.stringMatching(/^INVALID_RECORD: /) },
    {
      ...{ fate: 'again', code: 'UNAVAILABLE' },
      reason: expect.stringMatching(/^OUT_OF_ORDER_SEQUENCE_NUMBER: /),
    },
  ]);
});

test('a partition is that of its topic, and asked for twice its verdict is the same', () => {
  const error = failed([answer({ one: ['', 'MESSAGE_TOO_LARGE'], two: ['LEADER_NOT_AVAILABLE'] })]);
  const verdictOf = verdictsOf(error);
  expect(verdictOf('one', 0).fate).toBe('written');
  expect(verdictOf('two', 0).fate).toBe('again');
  expect(verdictOf('one', 1)).toBe(verdictOf('one', 1));
});

test('of several attempts the last one counts, but what one of them wrote is written', () => {
  const attempts = [
    new NetworkError('the connection was lost'),
    answer({ orders: ['', 'REQUEST_TIMED_OUT', 'NOT_LEADER_OR_FOLLOWER'] }),
    answer({ orders: ['NOT_LEADER_OR_FOLLOWER', '', 'MESSAGE_TOO_LARGE'] }),
  ];
  const verdictOf = verdictsOf(failed([new MultipleErrors('produce failed 3 times.', attempts)]));
  const fates = [0, 1, 2].map((partition) => verdictOf('orders', partition).fate);
  expect(fates).toEqual(['written', 'written', 'record']);
});

test('what other brokers wrote is written, and who says nothing of a partition has not answered', () => {
  const error = failed(
    [answer({ orders: ['NOT_LEADER_OR_FOLLOWER'] }), new UserError('The client is closed.')],
    [{ topic: 'orders', partition: 1, offset: 7n }],
  );
  const verdictOf = verdictsOf(error);
  expect([0, 1, 2].map((partition) => verdictOf('orders', partition).fate)).toEqual([
    ...['again', 'written', 'unanswered'],
  ]);
  expect(verdictOf('orders', 2)).toBe(verdictOf('others', 0));
  expect(verdictOf('orders', 2).reason).toBe('The client is closed.');
});

test('errors of another kind are no answer of anybody', () => {
  expect(produceAnswer(new NetworkError('away'))).toBeNull();
  const verdict = verdictsOf(new TypeError('a mistake'))('orders', 0);
  expect(verdict).toEqual({ fate: 'unanswered', code: 'UNAVAILABLE', reason: 'a mistake' });
});
