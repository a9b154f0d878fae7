import { loadConfig } from '../../src/config-load.ts';
import { type Estrom, startEstrom } from '../../src/estrom.ts';
import { createLogger } from '../../src/log.ts';

/** A whole server on a free port, with these settings. */
export interface Running extends Estrom {
  readonly port: number;
  /** The value of a metric, by its name and labels as they are exposed. */
  metric(name: string, headers?: Record<string, string>): Promise<number>;
}

export async function startServer(flags: Readonly<Record<string, string>>): Promise<Running> {
  const settings = { port: '0', workers: '1', drainTimeout: '200ms', ...flags };
  const estrom = await startEstrom(loadConfig(settings, {}).config, createLogger('silent'));
  return {
    ...estrom,
    port: Number(new URL(estrom.url).port),
    metric: async (name, headers = {}) => {
      const text = await (await fetch(`${estrom.url}/metrics`, { headers })).text();
      const line = text.split('\n').find((each) => each.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    },
  };
}
