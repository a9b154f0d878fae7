import { expect, it } from 'vitest';
import { warnOfOpenRouter } from '../../src/compose/open-router.ts';
import { loadConfig } from '../../src/config-load.ts';

function warnings(flags: Record<string, string>): string[] {
  const told: string[] = [];
  const warn = (text: string) => void told.push(text);
  warnOfOpenRouter(loadConfig(flags, {}).config, { warn } as Parameters<
    typeof warnOfOpenRouter
  >[1]);
  return told;
}

const BOTH = { crossbar: 'ws://c/ws', tokens: 'tokens.yml' };

it('tokens at a Crossbar.io that nodes join without a secret are warned about', () => {
  expect(warnings(BOTH)).toEqual([expect.stringContaining('--crossbar-auth')]);
});

it('without tokens, without Crossbar.io or with a secret nothing is warned about', () => {
  expect(warnings({ crossbar: BOTH.crossbar })).toEqual([]);
  expect(warnings({ tokens: BOTH.tokens })).toEqual([]);
  expect(warnings({ ...BOTH, crossbarAuth: 'ticket', crossbarSecret: 's' })).toEqual([]);
});
