import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config-load.ts';
import type { CrossbarLink } from '../../../src/crossbar/link.ts';
import { CrossbarBroker } from '../../../src/fanout/crossbar/crossbar-broker.ts';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';

const ID = 'a'.repeat(32);

/** A router where somebody listens to one topic. */
function router(): CrossbarLink {
  const answers: Record<string, unknown> = {
    'wamp.subscription.list': { exact: [1] },
    'wamp.subscription.get': { id: 1, uri: `docs-for-${ID}`, match: 'exact' },
  };
  const link = {
    isJoined: true,
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
});
