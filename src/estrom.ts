import type { Config } from './config.ts';
import { operatorRoutes, Readiness } from './http/operator-routes.ts';
import { createServer } from './http/server.ts';
import type { Logger } from './log.ts';
import { Metrics } from './metrics.ts';

/** The composition root: builds the stages and wires them together. */
export async function startEstrom(
  config: Config,
  log: Logger,
): Promise<{ url: string; close(): Promise<void> }> {
  const metrics = new Metrics();
  metrics.collectProcess();
  const readiness = new Readiness();
  const app = createServer(config, log);
  operatorRoutes(app, { metrics, readiness });
  const url = await app.listen({ host: config.host, port: config.port });
  readiness.ready();
  return { url, close: () => app.close() };
}
