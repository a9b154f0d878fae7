import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EstromProcess } from '../clients/estrom-process.ts';
import { CountingTail } from './counting-tail.ts';
import { MemoryWatch } from './resident-memory.ts';

const CLIENT = fileURLToPath(new URL('../ingest/bulk-memory-client.ts', import.meta.url));
const WARM_UP = 32 * 1024 * 1024;
/** Each body repeats this many numbers. */
const NUMBERS = 500;
const WATCHED = 7;

export interface UploadRun {
  readonly documents: number;
  readonly answered: number;
  /** Hits of a tail that wants one document in {@link NUMBERS}. */
  readonly hits: number;
  /** Bytes. */
  readonly growth: number;
}

/** Uploads a chunked gzip bulk body of `total` decoded bytes past a query and its tail. */
export async function uploadPastTail(total: number): Promise<UploadRun> {
  const server = await EstromProcess.start();
  try {
    const query = { i: 'logs', q: `n:${WATCHED}`, on_slow: 'block' };
    const tail = await CountingTail.open(server.url, query, NUMBERS);
    const warm = await upload(server.port, WARM_UP);
    const memory = new MemoryWatch(server.pid);
    const { documents, answered } = await upload(server.port, total);
    const growth = memory.growth();
    await tail.accounts((documents + warm.documents) / NUMBERS);
    const hits = tail.hits - warm.documents / NUMBERS;
    tail.destroy();
    return { documents, answered, hits, growth };
  } finally {
    await server.stop();
  }
}

async function upload(
  port: string,
  total: number,
): Promise<{ documents: number; answered: number }> {
  const child = spawn(process.execPath, [CLIENT, port, String(total), 'no-ids'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the client ended with code ${code}`);
  return JSON.parse(Buffer.concat(parts).toString());
}
