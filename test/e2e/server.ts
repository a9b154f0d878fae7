import { type Config, SETTINGS } from '../../src/config.ts';
import { type Estrom, startEstrom } from '../../src/estrom.ts';
import { createLogger } from '../../src/log.ts';

/** The composed server, in this process, on a free port. */
export function startServer(overrides: Partial<Config> = {}): Promise<Estrom> {
  const values = Object.entries(SETTINGS).map(([name, { default: value }]) => [name, value]);
  const config = { ...Object.fromEntries(values), port: 0, ...overrides } as Config;
  return startEstrom(config, createLogger('silent'));
}
