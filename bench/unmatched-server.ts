import { loadConfig } from '../src/config-load.ts';
import type { Matches } from '../src/document.ts';
import { startEstrom } from '../src/estrom.ts';
import { createLogger } from '../src/log.ts';
import type { Engine, OnDemandEngine } from '../src/percolate/engine.ts';

const NOTHING: Matches = { pairs: new Uint32Array(0), failures: [] };

/** An engine that never looks at a document: what is left of a server is everything but matching. */
class UnmatchedEngine implements Engine, OnDemandEngine {
  async register(): Promise<void> {}
  async unregister(): Promise<void> {}
  async percolate(): Promise<Matches> {
    return NOTHING;
  }
  async percolateOnDemand(): Promise<Matches> {
    return NOTHING;
  }
  async close(): Promise<void> {}
}

const { config } = loadConfig({ port: '0' }, {});
const running = await startEstrom(config, createLogger('warn'), () => new UnmatchedEngine());
process.stdout.write(`estrom listens on ${running.url}\n`);
process.once('SIGTERM', () => void running.close().then(() => process.exit(0)));
