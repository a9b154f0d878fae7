import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { prepareAll } from './prepare.ts';

/** One client's run, as a row of the table that ends `npm run test:clients`. */
export interface Row {
  readonly client: string;
  readonly run: string;
  readonly sent: number;
  readonly accepted: number;
  /** Matches that were published; a quiet run asks for four documents in five, the others for all. */
  readonly matched: number;
  readonly delivered: number;
  /** Documents that the client sent more than once and that were taken each time. */
  readonly duplicated: number;
  readonly lost: number;
  /** From the first document sent to the last hit at the last tail. */
  readonly seconds: number;
}

const ROWS = '.cache/client-rows.jsonl';
const RUNS = ['plain', 'full', 'restart'];

export function report(row: Row): void {
  appendFileSync(ROWS, `${JSON.stringify(row)}\n`);
}

function table(rows: readonly Row[]): string {
  const columns = [
    'client',
    'run',
    'sent',
    'accepted',
    'matched',
    'delivered',
    'duplicated',
    'lost',
    'seconds',
  ] as const;
  const cells = rows.map((row) =>
    columns.map((name) => (name === 'seconds' ? row[name].toFixed(1) : String(row[name]))),
  );
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]!.length)),
  );
  return [columns, ...cells]
    .map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  '))
    .join('\n');
}

/** Vitest's global set-up: rows are kept in a file because each test file runs in its own process. */
export function setup(): () => void {
  mkdirSync('.cache', { recursive: true });
  rmSync(ROWS, { force: true });
  const stop = prepareAll();
  return () => {
    stop();
    let text = '';
    try {
      text = readFileSync(ROWS, 'utf8');
    } catch {
      return;
    }
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
      .sort(
        (a, b) => a.client.localeCompare(b.client) || RUNS.indexOf(a.run) - RUNS.indexOf(b.run),
      );
    process.stdout.write(`\n${table(rows)}\n\n`);
  };
}
