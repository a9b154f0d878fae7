import type { Ir } from '../../src/query/ir.ts';
import { DOCUMENTS, MATCHES, type Workload, wordOf } from '../workload.ts';
import { Random, Zipf } from '../zipf.ts';
import { type Counted, drawQueries } from './budget.ts';

const SEED = 13;
/** Checks that a host passes; a document lists all but those that failed. */
const CHECKS = 300;
const FAILED = 6;
/** Fields of which each document has two: most `exists` queries find nothing. */
const RARE_FIELDS = 500;
const RARE_VALUES = 200;

/**
 * Queries that are only negations, over documents that have nearly everything they exclude: checks
 * that are missing, alone and several at a time, numbers outside of a range, rare fields without a value.
 */
export function makeNegations(count: number): Workload {
  const random = new Random(SEED);
  const failing = new Zipf(CHECKS, random);
  const rare = new Zipf(RARE_FIELDS, random);
  const value = new Zipf(RARE_VALUES, random);
  const missing: Set<number>[] = [];
  const rares: Map<number, number>[] = [];
  const loads: number[] = [];
  const lacking = Array.from({ length: CHECKS }, () => [] as number[]);
  const having = Array.from({ length: RARE_FIELDS }, () => [] as number[]);
  const documents = Array.from({ length: DOCUMENTS }, (_, n) => {
    const failed = new Set(Array.from({ length: FAILED }, () => failing.next()));
    const fields = new Map([0, 0].map(() => [rare.next(), value.next()]));
    const load = 100 + Math.round(random.next() ** 6 * 100_000);
    missing.push(failed);
    rares.push(fields);
    loads.push(load);
    for (const check of failed) lacking[check]!.push(n);
    for (const field of fields.keys()) having[field]!.push(n);
    const checks = Array.from({ length: CHECKS }, (_, check) => check).filter(
      (c) => !failed.has(c),
    );
    return JSON.stringify({
      message: Array.from({ length: 6 }, () => wordOf(value.next())).join(' '),
      load,
      checks: checks.map(wordOf).join(' '),
      ...Object.fromEntries([...fields].map(([field, v]) => [`rare${field}`, wordOf(v)])),
    });
  });

  const draw = (): Counted => {
    switch (random.below(8)) {
      case 0:
        return outside();
      case 1:
      case 2:
        return without();
      default:
        return absent(1 + random.below(4));
    }
  };
  const outside = (): Counted => {
    const high = 100 + Math.round(100_000 * (1 - random.next() ** 3 * 0.02));
    const low = 50 - random.below(5000);
    const range = { field: 'load', lower: String(low), upper: String(high) };
    return {
      query: not({
        kind: 'range',
        ...range,
        includeLower: true,
        includeUpper: true,
        normalize: true,
      }),
      documents: loads.filter((load) => load < low || load > high).length,
    };
  };
  const without = (): Counted => {
    const field = random.below(RARE_FIELDS);
    const v = value.next();
    const query: Ir = {
      kind: 'and',
      clauses: [{ kind: 'exists', field: `rare${field}` }, not(match(`rare${field}`, v))],
    };
    const found = having[field]!.filter((n) => rares[n]!.get(field) !== v);
    return { query, documents: found.length };
  };
  const absent = (size: number): Counted => {
    const checks = [...new Set(Array.from({ length: size }, () => failing.next()))].sort(
      (a, b) => a - b,
    );
    const found = lacking[checks[0]!]!.filter((n) => checks.every((c) => missing[n]!.has(c)));
    const clauses = checks.map((check) => not(match('checks', check)));
    return {
      query: clauses.length === 1 ? clauses[0]! : { kind: 'and', clauses },
      documents: found.length,
    };
  };
  return { documents, ...drawQueries(count, MATCHES * DOCUMENTS, random, draw) };
}

function not(clause: Ir): Ir {
  return { kind: 'not', clause };
}

function match(field: string, word: number): Ir {
  return { kind: 'match', field, text: wordOf(word), operator: 'or' };
}
