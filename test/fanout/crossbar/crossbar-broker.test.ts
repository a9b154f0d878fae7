import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config-load.ts';
import type { CrossbarLink } from '../../../src/crossbar/link.ts';
import type { RawJson } from '../../../src/crossbar/raw-json.ts';
import { CrossbarBroker } from '../../../src/fanout/crossbar/crossbar-broker.ts';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';

const ID = 'a'.repeat(32);

/** A router where somebody listens to one topic. */
function router(published: string[] = []): CrossbarLink {
  const answers: Record<string, unknown> = {
    'wamp.subscription.list': { exact: [1] },
    'wamp.subscription.get': { id: 1, uri: `docs-for-${ID}`, match: 'exact' },
  };
  const link = {
    isJoined: true,
    bufferedAmount: 0,
    publishRaw: (topic: string, body: RawJson) => void published.push(`${topic} ${body}`),
    onJoined: () => () => {},
    onLost: () => () => {},
    ready: async () => {},
    subscribe: async () => () => {},
    call: async (procedure: string) => answers[procedure],
  };
  return link as unknown as CrossbarLink;
}

describe('hits at Crossbar.io', () => {
  it('go to a query whose ordinal answers named while it named none', async () => {
    const { config } = loadConfig({}, {});
    let id: string | undefined;
    const broker = new CrossbarBroker({
      ...{ config, link: router(), topicOf: () => id, epoch: 'e' },
      ...{ log: createLogger('silent'), metrics: new Metrics() },
    });
    await broker.ready();
    expect(broker.isActive(7)).toBe(false);
    id = ID;
    expect(broker.isActive(7)).toBe(true);
    await broker.close(0);
  });

  it('are followed by a gap record once the query is paused', async () => {
    const { config } = loadConfig({}, {});
    const published: string[] = [];
    const broker = new CrossbarBroker({
      ...{ config, link: router(published), epoch: 'e' },
      topicOf: (ordinal) => (ordinal === 7 ? ID : 'b'.repeat(32)),
      ...{ log: createLogger('silent'), metrics: new Metrics() },
    });
    await broker.ready();
    const gap = { count: null, reason: 'paused', from: 3, to: 3 } as const;
    for (const ordinal of [7, 8]) expect(broker.publishGap(ordinal, gap)).toBe(true);
    await new Promise(setImmediate);
    expect(published).toEqual([
      `docs-for-${ID} {"_gap":{"count":null,"reason":"paused","from":"e-3","to":"e-3"}}`,
    ]);
    await broker.close(0);
  });
});
