import { loadConfig } from '../../src/config-load.ts';
import { type Estrom, startEstrom } from '../../src/estrom.ts';
import { createLogger } from '../../src/log.ts';
import { Crossbar } from './crossbar.ts';

/** The whole of estrom on a free port, which publishes at a Crossbar.io. */
export function estromAt(
  crossbar: Pick<Crossbar, 'backend'>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Estrom> {
  const { config } = loadConfig(
    {
      port: '0',
      workers: '1',
      drainTimeout: '2s',
      crossbar: crossbar.backend,
      crossbarSecret: Crossbar.secret,
      ...settings,
    },
    {},
  );
  return startEstrom(config, createLogger(process.env['ESTROM_TEST_LOG'] ?? 'silent'));
}
