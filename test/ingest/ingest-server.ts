import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { type Batch, type Percolate, SLOT_WORDS } from '../../src/document.ts';
import { ingestRoutes } from '../../src/ingest/routes.ts';
import { Metrics } from '../../src/metrics.ts';

const MIB = 1024 * 1024;

/** A document as the stage after ingest gets it. */
export interface Received {
  readonly index: string;
  readonly id: string;
  readonly source: string;
}

export interface IngestServer {
  readonly app: FastifyInstance;
  readonly port: number;
  readonly url: string;
  readonly metrics: Metrics;
  readonly received: Received[];
  readonly batchSizes: number[];
}

export interface IngestServerOptions {
  readonly percolate?: Percolate;
  readonly ingestBuffer?: number;
  readonly hold?: number;
  readonly maxDocumentBytes?: number;
  readonly maxBodyBytes?: number;
  readonly maxDecompressedBytes?: number;
  readonly refusal?: 'auto' | 'cut' | 'items' | 'request';
  /** False: documents are not written down. */
  readonly record?: boolean;
  readonly port?: number;
}

/** Ingest on a real socket; the stage after it only writes down what it gets. */
export async function startIngest(options: IngestServerOptions = {}): Promise<IngestServer> {
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true, maxParamLength: 65_536 } });
  const metrics = new Metrics();
  const received: Received[] = [];
  const batchSizes: number[] = [];
  await ingestRoutes(app, {
    percolate: async (batch) => {
      if (options.record !== false) {
        batchSizes.push(batch.count);
        received.push(...documentsOf(batch));
      }
      return options.percolate === undefined ? [] : options.percolate(batch);
    },
    config: {
      ingestBuffer: options.ingestBuffer ?? 32 * MIB,
      hold: options.hold ?? 8000,
      maxDocumentBytes: options.maxDocumentBytes ?? 10 * MIB,
      maxBodyBytes: options.maxBodyBytes ?? 0,
      maxDecompressedBytes: options.maxDecompressedBytes ?? 0,
      refusal: options.refusal ?? 'auto',
    },
    metrics,
    log: pino({ level: 'silent' }),
    epoch: 'e1',
  });
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { app, port, url: `http://127.0.0.1:${port}`, metrics, received, batchSizes };
}

export function documentsOf(batch: Batch): Received[] {
  const bytes = Buffer.from(batch.bytes);
  return Array.from({ length: batch.count }, (_, slot) => {
    const [start, end, index] = batch.slots.subarray(slot * SLOT_WORDS, (slot + 1) * SLOT_WORDS);
    return {
      index: batch.indices[index!]!,
      id: batch.ids.at(slot)!,
      source: bytes.toString('utf8', start, end),
    };
  });
}

/** The value of a metric, by its name and labels as they are exposed. */
export async function metric(metrics: Metrics, name: string): Promise<number> {
  const text = await metrics.registry.metrics();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}
