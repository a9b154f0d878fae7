import { loadConfig } from '../../../src/config-load.ts';
import { startEstrom } from '../../../src/estrom.ts';
import { createLogger } from '../../../src/log.ts';
import type { BrokerUnderTest } from '../../contract/broker-contract.ts';

/** The whole of estrom on a free port, with the embedded broker. */
export async function composed(
  settings: Readonly<Record<string, string>> = {},
): Promise<BrokerUnderTest> {
  const flags = { port: '0', workers: '1', outbox: '256kb', drainTimeout: '2s', ...settings };
  const { config } = loadConfig(flags, {});
  const estrom = await startEstrom(config, createLogger('silent'));
  return {
    http: estrom.url,
    wamp: `${estrom.url.replace('http', 'ws')}/ws`,
    close: () => estrom.close(),
  };
}
