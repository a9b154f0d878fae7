import type { Row, Value } from './suite.ts';

const written = (value: Value | undefined): string =>
  typeof value === 'number' ? value.toLocaleString('en') : (value ?? '');

/** Rows as Markdown; a new table begins where the columns change. */
export function formatTable(rows: readonly Row[]): string {
  const tables: Row[][] = [];
  for (const row of rows) {
    const last = tables.at(-1)?.[0];
    if (last !== undefined && sameColumns(last, row)) tables.at(-1)!.push(row);
    else tables.push([row]);
  }
  return tables.map(formatOne).join('\n\n');
}

function sameColumns(a: Row, b: Row): boolean {
  return Object.keys(a).join('\n') === Object.keys(b).join('\n');
}

function formatOne(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0]!);
  const cells = [columns, ...rows.map((row) => columns.map((column) => written(row[column])))];
  const widths = columns.map((_, k) => Math.max(...cells.map((line) => line[k]!.length)));
  const isNumber = columns.map((column) => typeof rows[0]![column] === 'number');
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, k) => (isNumber[k] ? text.padStart(widths[k]!) : text.padEnd(widths[k]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, k) => (isNumber[k] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n');
}
