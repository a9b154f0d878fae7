import { DOCUMENTS, MATCHES, type Workload, wordOf } from '../workload.ts';
import { Random, Zipf } from '../zipf.ts';
import { type Counted, drawQueries } from './budget.ts';

const SEED = 7;
const DAY = 86_400_000;

/** Bounds as a query writes them, from values as documents have them. */
interface Field {
  readonly name: string;
  value(): number | string;
}

/**
 * Ranges of all widths over numbers, dates and texts whose values are as uneven as those of logs:
 * sizes and times that are mostly small, a few ports, recent dates, host names. One in four is open.
 */
export function makeRanges(count: number): Workload {
  const random = new Random(SEED);
  const zipf = new Zipf(400_000, random);
  const fields: Field[] = [
    { name: 'bytes', value: () => zipf.next() * 10 + random.below(10) },
    { name: 'latency', value: () => 0.25 + Math.round(random.next() ** 4 * 1e6) / 256 },
    { name: 'port', value: () => zipf.next() % 65_536 },
    {
      name: 'when',
      value: () =>
        new Date(Date.UTC(2026, 0, 1) - Math.floor(random.next() ** 3 * 900 * DAY)).toISOString(),
    },
    { name: 'host', value: () => wordOf(zipf.next()) },
  ];
  const documents = Array.from({ length: DOCUMENTS }, () =>
    Object.fromEntries([
      ['message', Array.from({ length: 8 }, () => wordOf(zipf.next())).join(' ')],
      ...fields.map((field) => [field.name, field.value()]),
    ]),
  ) as Record<string, number | string>[];
  const sorted = fields.map(({ name }) =>
    documents.map((document) => document[name]!).sort(compare),
  );

  const draw = (): Counted => {
    const which = random.below(fields.length);
    const field = fields[which]!;
    const isOpen = random.below(4) === 0;
    const bounds = nearby(field, sorted[which]!, random, isOpen);
    const [low, high] = bounds;
    const documents =
      (high === null ? DOCUMENTS : countBelow(sorted[which]!, high, true)) -
      (low === null ? 0 : countBelow(sorted[which]!, low, false));
    const query = {
      kind: 'range',
      field: field.name,
      lower: low === null ? null : String(low),
      upper: high === null ? null : String(high),
      includeLower: true,
      includeUpper: true,
      normalize: true,
    } as const;
    return { query, documents };
  };
  const made = drawQueries(count, MATCHES * DOCUMENTS, random, draw);
  return { documents: documents.map((document) => JSON.stringify(document)), ...made };
}

type Value = number | string;

/** A range about a value that documents have, as narrow as chance will have it; open ones begin near the top. */
function nearby(
  field: Field,
  sorted: readonly Value[],
  random: Random,
  isOpen: boolean,
): [Value | null, Value | null] {
  if (isOpen) {
    const isTop = random.below(2) === 0;
    const depth = Math.floor(random.next() ** 8 * 200);
    const edge = shifted(sorted.at(isTop ? -1 - depth : depth)!, isTop ? 1 : -1, random);
    return isTop ? [edge, null] : [null, edge];
  }
  const from = random.below(10) < 7 ? sorted[random.below(sorted.length)]! : field.value();
  const a = shifted(from, 1, random);
  const b = random.below(8) === 0 ? field.value() : shifted(a, 1, random);
  return compare(a, b) <= 0 ? [a, b] : [b, a];
}

/** A little further: most steps are tiny, some large. */
function shifted(value: Value, sign: number, random: Random): Value {
  const share = random.next() ** 6;
  if (typeof value === 'number') {
    const step = Math.ceil(share * 1000);
    return value + sign * (Number.isInteger(value) ? step : step / 256);
  }
  if (value.endsWith('Z'))
    return new Date(Date.parse(value) + sign * Math.floor(share * DAY)).toISOString();
  return value.slice(0, -1) + String.fromCharCode(97 + random.below(26)) + (share > 0.5 ? 'x' : '');
}

function compare(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function countBelow(sorted: readonly Value[], bound: Value, inclusive: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compare(sorted[middle]!, bound);
    if (order < 0 || (inclusive && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
