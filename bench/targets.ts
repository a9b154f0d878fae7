import type { Row } from './suite.ts';

/** Ratio to JSON.parse that two terms are to keep to, by number of queries. */
const RATIOS: readonly (readonly [string, number])[] = [
  ['10k', 3],
  ['100k', 4],
  ['1M', 6],
];
const ANY_FIELD = 1.5;
const REGISTRATIONS = 10_000;
const LIVE_MS = 50;
const PROCESS_MIB = 500;
/** Queries without a term: verified for each document at most, beside so many times its matches. */
const VERIFIED = 50;
const VERIFIED_TIMES = 3;
const KEPT_SPEED = 0.5;
const AGAINST_ELASTICSEARCH: readonly (readonly [string, number])[] = [
  ['fields 100k', 100],
  ['log mix 10k', 50],
  ['log mix 100k', 50],
];

/** The numbers to reach that these rows tell of, and whether they are reached. */
export function percolateTargets(rows: readonly Row[]): Row[] {
  return [...ratios(rows), ...atMillion(rows), ...withoutTerms(rows), ...peers(rows)];
}

function ratios(rows: readonly Row[]): Row[] {
  return RATIOS.flatMap(([size, most]) => {
    const fields = number(rows, `fields ${size}`, 'ratio');
    const anyField = number(rows, `any field ${size}`, 'ratio');
    return [
      ...atMost(`two terms, ${size}: times JSON.parse`, fields, most),
      ...atMost(`any field, ${size}: times JSON.parse`, anyField, most),
      ...atMost(`any field, ${size}: times two terms`, divide(anyField, fields), ANY_FIELD),
    ];
  });
}

function atMillion(rows: readonly Row[]): Row[] {
  const of = (column: string) => number(rows, 'fields 1M', column);
  return [
    ...atLeast('1M: registrations/s', of('registrations/s'), REGISTRATIONS),
    ...atMost('1M: new query live, p99 ms', of('p99 ms'), LIVE_MS),
    ...atMost('1M: process grown by MiB, 2 workers', of('process grown by MiB'), PROCESS_MIB),
  ];
}

function withoutTerms(rows: readonly Row[]): Row[] {
  return ['ranges', 'wildcards', 'negations'].flatMap((kind) => {
    const verified = number(rows, `${kind} 100k`, 'verified/doc');
    const matches = number(rows, `${kind} 100k`, 'matches/doc') ?? 0;
    const few = number(rows, `${kind} 1k`, 'one thread docs/s');
    const many = number(rows, `${kind} 100k`, 'one thread docs/s');
    return [
      ...atMost(`${kind} 100k: verified/doc`, verified, VERIFIED_TIMES * matches + VERIFIED),
      ...atLeast(`${kind}: docs/s at 100k, of that at 1k`, divide(many, few), KEPT_SPEED),
    ];
  });
}

function peers(rows: readonly Row[]): Row[] {
  return AGAINST_ELASTICSEARCH.flatMap(([queries, least]) => {
    const of = (peer: string) =>
      rows
        .filter((row) => row['queries'] === queries && String(row['peer']).startsWith(peer))
        .map((row) => Number(row['docs/s']))
        .filter((rate) => rate > 0);
    const theirs = of('Elasticsearch');
    const ours = of('estrom');
    if (theirs.length === 0 || ours.length === 0) return [];
    const times = Math.max(...ours) / Math.max(...theirs);
    return atLeast(`${queries}: times Elasticsearch at its best, all threads`, times, least);
  });
}

function number(rows: readonly Row[], queries: string, column: string): number | undefined {
  const row = rows.find((one) => one['queries'] === queries && one[column] !== undefined);
  return row === undefined ? undefined : Number(row[column]);
}

function divide(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

function atMost(what: string, value: number | undefined, most: number): Row[] {
  return value === undefined ? [] : [row(what, value, `≤ ${format(most)}`, value <= most)];
}

function atLeast(what: string, value: number | undefined, least: number): Row[] {
  return value === undefined ? [] : [row(what, value, `≥ ${format(least)}`, value >= least)];
}

function row(target: string, value: number, reach: string, passes: boolean): Row {
  return { target, measured: format(value), 'to reach': reach, '': passes ? 'pass' : 'FAIL' };
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
