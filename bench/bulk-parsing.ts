import { gunzipSync, gzipSync } from 'node:zlib';
import { Bench } from 'tinybench';
import { BulkParser } from '../src/ingest/bulk-parser.ts';
import type { DocumentSink } from '../src/ingest/item.ts';
import { residentMiB } from './machine.ts';
import { significant } from './statistics.ts';
import type { Row, Suite } from './suite.ts';
import { BATCH_DOCUMENTS, makeWorkload } from './workload.ts';

const ACTIONS: Readonly<Record<string, (n: number) => string>> = {
  'one index': () => '{"index":{"_index":"logs-2026.11.21"}}',
  'own ids': (n) => `{"create":{"_index":"logs-app","_id":"k3JzPpMBTx8Yh${n}"}}`,
};

/** Counts what the parser finds; always has room. */
class CountingSink implements DocumentSink {
  documents = 0;
  bytes = 0;

  document(_op: string, _index: string, _id: string | undefined, from: number, to: number): true {
    this.documents++;
    this.bytes += to - from;
    return true;
  }

  aside(): never {
    throw new Error('a line of the workload was refused');
  }
}

function parse(body: Buffer): CountingSink {
  const sink = new CountingSink();
  const parser = new BulkParser(sink, undefined, 10 * 2 ** 20);
  const start = parser.scan(body, 0, 0, body.length);
  parser.finish(body, start, body.length);
  return sink;
}

/** What one writes first: text, lines, objects. */
function parseNaively(body: Buffer): number {
  const lines = body.toString().split('\n');
  let documents = 0;
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const action = JSON.parse(lines[i]!) as Record<string, { _index: string }>;
    const source = JSON.parse(lines[i + 1]!) as { message: string };
    if (Object.keys(action).length === 1 && source.message !== '') documents++;
  }
  return documents;
}

export const bulkParsing: Suite = {
  about: `splitting _bulk bodies of ${BATCH_DOCUMENTS} documents into byte ranges`,
  cases: Object.keys(ACTIONS),
  run: async (name, { seconds }) => {
    const { documents } = makeWorkload(0, false);
    const sources = documents.slice(0, BATCH_DOCUMENTS);
    const text = sources.map((source, n) => `${ACTIONS[name]!(n)}\n${source}\n`).join('');
    const body = Buffer.from(text);
    const zipped = gzipSync(body);
    check(body, sources);
    const bench = new Bench({ time: seconds * 1000, warmupTime: 300 });
    bench
      .add('byte ranges', () => parse(body))
      .add('split and JSON.parse', () => parseNaively(body))
      .add('byte ranges, gzip', () => parse(gunzipSync(zipped)))
      .add('split and JSON.parse, gzip', () => parseNaively(gunzipSync(zipped)));
    await bench.run();
    return bench.tasks.map(({ name: task, result }): Row => {
      if (result.state !== 'completed') throw new Error(`${task}: ${result.state}`);
      const { latency } = result;
      return {
        parser: task,
        'action lines': name,
        'docs/s': significant((BATCH_DOCUMENTS / latency.p50) * 1000),
        'MB/s': significant(body.length / latency.p50 / 1000),
        'p50 ms/body': significant(latency.p50),
        'p99 ms/body': significant(latency.p99),
        'resident MiB': residentMiB(),
      };
    });
  },
};

/** @throws Error unless both parsers find every document, and the ranges hold exactly their bytes */
function check(body: Buffer, sources: readonly string[]): void {
  const { documents, bytes } = parse(body);
  const expected = Buffer.byteLength(sources.join(''));
  if (documents !== sources.length || bytes !== expected) {
    throw new Error(
      `${documents} documents of ${bytes} bytes, not ${sources.length} of ${expected}`,
    );
  }
  if (parseNaively(body) !== sources.length) throw new Error('the naive parser misses documents');
}
