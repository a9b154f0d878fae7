import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type Config, SETTINGS } from '../../src/config.ts';
import { type Estrom, startEstrom } from '../../src/estrom.ts';
import { Client, type Json } from './client.ts';

export interface TestServer extends Client {
  readonly url: string;
  /** What was logged, from `info` on. */
  readonly logged: Json[];
  stop(): Promise<void>;
}

export function testConfig(settings: Partial<Config> = {}): Config {
  const defaults = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [name, setting.default]),
  );
  const own = { port: 0, workers: 1, arena: 256 * 1024 * 1024, drainTimeout: 100 };
  return { ...(defaults as unknown as Config), ...own, ...settings };
}

/** A server of this process on a free port. */
export async function startServer(settings: Partial<Config> = {}): Promise<TestServer> {
  const logged: Json[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const running: Estrom = await startEstrom(testConfig(settings), log);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= running.close();
    return stopping;
  };
  onTestFinished(stop);
  return Object.assign(new Client(running.url), { url: running.url, logged, stop });
}
