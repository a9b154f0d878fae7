import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config-load.ts';
import type { CrossbarLink } from '../../../src/crossbar/link.ts';
import { RemoteTopics } from '../../../src/fanout/crossbar/remote-topics.ts';
import { Hub } from '../../../src/fanout/hub.ts';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';

const BEATER = 'estrom.beater.one';

/** A router with one beater, which answers when a test wants: a real one answers at once. */
function routerWithBeater(answer: Promise<unknown>): CrossbarLink {
  const answers: Record<string, unknown> = {
    'wamp.registration.list': { exact: [1] },
    'wamp.registration.get': { id: 1, uri: BEATER, match: 'exact' },
    [BEATER]: answer,
  };
  const link = {
    isJoined: true,
    onJoined: () => () => {},
    onLost: () => () => {},
    subscribe: async () => () => {},
    call: async (procedure: string) => await answers[procedure],
  };
  return link as unknown as CrossbarLink;
}

describe('topics whose hits come from other nodes', () => {
  it('are not opened once their query has ended: their ordinal may name another one', async () => {
    const { config } = loadConfig({}, {});
    const metrics = new Metrics();
    const hub = new Hub({ config, metrics, epoch: 'e' });
    const beater = Promise.withResolvers<boolean>();
    const link = routerWithBeater(beater.promise);
    const log = createLogger('silent');
    const topics = new RemoteTopics({ config, link, hub, epoch: 'e', log, metrics });
    await topics.start();
    const opened = topics.open('a'.repeat(32), 7);
    topics.ended(7);
    beater.resolve(true);
    await expect(opened).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(topics.open('b'.repeat(32), 7)).resolves.toBeUndefined();
    topics.close();
    await hub.close();
  });
});
