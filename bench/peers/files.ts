import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workload } from '../workload.ts';
import { dslOf } from '../workloads/dsl.ts';

const LINES_A_WRITE = 50_000;

/**
 * What peers read: `documents.ndjson` (the documents as they are), `queries.ndjson` (the query of each number, in
 * the Query DSL, by line) and `mapping.json` (properties of the fields that are not only texts).
 */
export function writeWorkload(folder: string, { documents, queries, derived }: Workload): void {
  writeFileSync(join(folder, 'documents.ndjson'), lines(documents));
  const file = join(folder, 'queries.ndjson');
  writeFileSync(file, '');
  for (let from = 0; from < queries.length; from += LINES_A_WRITE) {
    const some = queries.slice(from, from + LINES_A_WRITE);
    writeFileSync(file, lines(some.map((query) => JSON.stringify(dslOf(query)))), { flag: 'a' });
  }
  writeFileSync(join(folder, 'mapping.json'), JSON.stringify(derived ?? {}));
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
