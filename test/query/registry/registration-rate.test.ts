import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EVERYBODY } from '../../../src/principal.ts';
import { RegistrationRate } from '../../../src/query/registry/registration-rate.ts';

const other = { ...EVERYBODY, name: 'other' };
let now = 0;
const makeRate = (perSecond: number) => new RegistrationRate(perSecond, () => now);

beforeEach(() => {
  now = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the rate of registrations', () => {
  it('lets each caller have a second at once, and then so many a second', () => {
    const rate = makeRate(10);
    for (let i = 0; i < 10; i++) rate.take(EVERYBODY);
    expect(() => rate.take(EVERYBODY)).toThrow('raise --registrations-per-second');
    rate.take(other);
    now = 250;
    rate.take(EVERYBODY);
    rate.take(EVERYBODY);
    expect(() => rate.take(EVERYBODY)).toThrow('more than 10 queries');
    now = 60_000;
    for (let i = 0; i < 10; i++) rate.take(EVERYBODY);
    expect(() => rate.take(EVERYBODY)).toThrow();
  });

  it('paces groups instead of refusing them', async () => {
    const rate = makeRate(100);
    await rate.pace(EVERYBODY, 100);
    const paced = rate.pace(EVERYBODY, 50);
    let done = false;
    void paced.then(() => {
      done = true;
    });
    await vi.advanceTimersByTimeAsync(499);
    expect(done).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await paced;
    expect(() => rate.take(EVERYBODY)).toThrow();
  });

  it('has no limit at 0', async () => {
    const rate = makeRate(0);
    for (let i = 0; i < 1000; i++) rate.take(EVERYBODY);
    await rate.pace(EVERYBODY, 1e9);
  });
});
