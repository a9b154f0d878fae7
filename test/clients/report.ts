import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { preparePython } from './python.ts';

/** One client's run, as a row of the table that ends `npm run test:clients`. */
export interface Row {
  readonly client: string;
  readonly sent: number;
  readonly accepted: number;
  readonly json: number;
  readonly ndjson: number;
  readonly sse: number;
  /** From the first document sent to the last hit at the last tail. */
  readonly seconds: number;
}

const ROWS = '.cache/client-rows.jsonl';

export function report(row: Row): void {
  appendFileSync(ROWS, `${JSON.stringify(row)}\n`);
}

function table(rows: readonly Row[]): string {
  const head = ['client', 'sent', 'accepted', 'json (ijson)', 'ndjson (curl)', 'sse', 'seconds'];
  const cells = rows.map((row) => [
    row.client,
    ...[row.sent, row.accepted, row.json, row.ndjson, row.sse].map(String),
    row.seconds.toFixed(1),
  ]);
  const widths = head.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]!.length)),
  );
  return [head, ...cells]
    .map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  '))
    .join('\n');
}

/** Vitest's global set-up: rows are kept in a file because each test file runs in its own process. */
export function setup(): () => void {
  mkdirSync('.cache', { recursive: true });
  rmSync(ROWS, { force: true });
  preparePython();
  return () => {
    let text = '';
    try {
      text = readFileSync(ROWS, 'utf8');
    } catch {
      return;
    }
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
    process.stdout.write(`\n${table(rows)}\n\n`);
  };
}
