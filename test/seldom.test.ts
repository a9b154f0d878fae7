import { describe, expect, it } from 'vitest';
import { EstromError } from '../src/errors.ts';
import type { Logger } from '../src/log.ts';
import { Seldom, seldom } from '../src/seldom.ts';

function setUp() {
  const lines: unknown[][] = [];
  let time = 0;
  const log = {
    warn: (...said: unknown[]) => lines.push(['warn', ...said]),
    error: (...said: unknown[]) => lines.push(['error', ...said]),
  } as unknown as Logger;
  return {
    lines,
    log,
    told: new Seldom(log, () => time),
    pass: (ms: number) => {
      time += ms;
    },
  };
}

const AWAY = new EstromError('UNAVAILABLE', 'nobody is there');

describe('a fault that comes with every request', () => {
  it('is told every ten seconds, with the number of those in between', () => {
    const { lines, told, pass } = setUp();
    const answers = [told.warn(AWAY, 'waiting'), told.warn(AWAY, 'waiting')];
    pass(9999);
    answers.push(told.warn(AWAY, 'waiting'));
    pass(1);
    answers.push(told.warn(AWAY, 'waiting'));
    expect(answers).toEqual([true, false, false, true]);
    expect(lines).toEqual([
      ['warn', { reason: 'nobody is there' }, 'waiting'],
      ['warn', { reason: 'nobody is there', untold: 2 }, 'waiting'],
    ]);
  });

  it('hides no other one', () => {
    const { lines, told } = setUp();
    const bug = new TypeError('x is not a function');
    told.error(AWAY, 'failed');
    told.error(bug, 'failed');
    told.warn({ failure: 1 }, 'something else');
    expect(lines).toEqual([
      ['error', { reason: 'nobody is there' }, 'failed'],
      ['error', { err: bug }, 'failed'],
      ['warn', { failure: 1 }, 'something else'],
    ]);
  });

  it('is counted together by all who use one logger', () => {
    const { lines, log } = setUp();
    seldom(log).warn(AWAY, 'waiting');
    seldom(log).warn(AWAY, 'waiting');
    expect(lines).toHaveLength(1);
  });
});
