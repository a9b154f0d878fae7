import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startIngest } from './ingest-server.ts';

const WARM_UP = 32 * 1024 * 1024;

export interface MemoryRun {
  readonly documents: number;
  readonly answered: number;
  /** Most resident bytes during the upload, less those before it. */
  readonly growth: number;
}

/**
 * Has another process upload a chunked gzip body of `total` decoded bytes, and watches this one.
 * @param ids `ids`: the client's own, so that the answer cannot be made from a counter
 */
export async function uploadGzip(total: number, ids: 'ids' | 'no-ids'): Promise<MemoryRun> {
  const server = await startIngest({ percolate: async () => [], record: false });
  await client(server.port, WARM_UP, ids);
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  try {
    const result = await client(server.port, total, ids);
    return { ...result, growth: peak - before };
  } finally {
    clearInterval(watch);
    await server.app.close();
  }
}

async function client(
  port: number,
  total: number,
  ids: string,
): Promise<Omit<MemoryRun, 'growth'>> {
  const script = new URL('./bulk-memory-client.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, String(port), String(total), ids], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the client ended with code ${code}`);
  return JSON.parse(text);
}
