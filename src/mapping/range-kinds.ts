import { dateFormat, type Instant } from './date-formats/date-format.ts';
import { dateBound } from './date-formats/date-math.ts';
import { type Zone, zoneOf } from './date-formats/zones.ts';
import type { FieldKind } from './field-kind.ts';
import {
  type Address,
  addressAfter,
  addressBefore,
  compareAddresses,
  HIGHEST_ADDRESS,
  LOWEST_ADDRESS,
  parseAddress,
  parseBlock,
} from './ip.ts';
import { nextDouble, nextFloat, wholeNumber } from './java-numbers.ts';
import { type NumberKind, type NumberSource, numberTerm, readNumber } from './number-kinds.ts';

/** Types of fields whose values are ranges, each with the type of their ends. */
const ENDS = {
  integer_range: 'integer',
  long_range: 'long',
  float_range: 'float',
  double_range: 'double',
  date_range: 'date',
  ip_range: 'ip',
} as const satisfies Record<string, NumberKind | 'date' | 'ip'>;

export type RangeTypeName = keyof typeof ENDS;

/** What a mapping says of a field of ranges. */
export type RangeKind = FieldKind & { readonly type: RangeTypeName };

export function isRangeKind(kind: FieldKind): kind is RangeKind {
  return Object.hasOwn(ENDS, kind.type);
}

/** An end of a range: of whole numbers and instants (epoch milliseconds), of decimals, or of addresses. */
export type RangeEnd = bigint | number | Address;

/** Both ends included. */
export interface RangeSpan {
  readonly low: RangeEnd;
  readonly high: RangeEnd;
}

/** A scalar of a document, by its JSON text, or by the text of a JSON string. */
export interface GivenScalar {
  readonly source: NumberSource;
  readonly text: string;
}

/** A member of an object that is a range; null where it is an explicit one, undefined where it is no scalar. */
export type GivenMember = readonly [name: string, value: GivenScalar | null | undefined];

const LONG = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const LIMITS: Readonly<Record<RangeTypeName, readonly [RangeEnd, RangeEnd]>> = {
  integer_range: [-(2n ** 31n), 2n ** 31n - 1n],
  long_range: LONG,
  float_range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  double_range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  date_range: LONG,
  ip_range: [LOWEST_ADDRESS, HIGHEST_ADDRESS],
};
const DATES = 'strict_date_optional_time||epoch_millis';

/** A document's range, from the members of its object; null where the field refuses it. */
export function readRange(kind: RangeKind, members: readonly GivenMember[]): RangeSpan | null {
  let [low, high] = LIMITS[kind.type];
  for (const [name, value] of members) {
    const isLower = name === 'gt' || name === 'gte';
    if (!isLower && name !== 'lt' && name !== 'lte') return null;
    if (value === null) continue;
    const end = value === undefined ? null : readEnd(kind, value);
    if (end === null) return null;
    const step = name === 'gt' ? 1 : -1;
    const moved = name === 'gte' || name === 'lte' ? end : stepped(kind.type, end, step);
    if (moved === null) return null;
    // Of two the last one counts.
    if (isLower) low = moved;
    else high = moved;
  }
  // What is not indexed is not compared.
  if (kind.index !== false && isAbove(low, high)) return null;
  return { low, high };
}

/** A block of addresses such as `10.0.0.0/8`, which is a range by itself; null for anything else. */
export function readBlock(text: string): RangeSpan | null {
  const block = parseBlock(text);
  return block === null ? null : { low: block.from, high: block.to };
}

function readEnd({ type, coerce, format }: RangeKind, { source, text }: GivenScalar) {
  switch (type) {
    case 'date_range':
      return readInstant(text, format);
    case 'ip_range':
      return parseAddress(text);
    default:
      return readNumber(ENDS[type], text, source, coerce) ?? null;
  }
}

/** With date math, but for what depends on the time. */
function readInstant(text: string, format: string | undefined): bigint | null {
  if (text.startsWith('now')) return null;
  return instant(dateBound(text, false, 0, dateFormat(format ?? DATES)));
}

/** The very last instant is none that a double can tell. */
function instant(found: Instant | null): bigint | null {
  if (found === null) return null;
  const ms = BigInt(found.ms);
  return ms > LONG[1] ? LONG[1] : ms;
}

/** What a clause asks such a field for; null: no bound. */
export interface RangeBounds {
  readonly lower: string | null;
  readonly upper: string | null;
  readonly includeLower: boolean;
  readonly includeUpper: boolean;
  readonly format?: string;
  readonly timeZone?: string;
}

/**
 * The range that bounds stand for; null where one cannot be read, or there is nothing between them.
 * @param now epoch milliseconds
 */
export function askedRange(kind: RangeKind, bounds: RangeBounds, now: number): RangeSpan | null {
  const { lower, upper, includeLower, includeUpper } = bounds;
  const [least, greatest] = LIMITS[kind.type];
  const low = lower === null ? least : askedEnd(kind, lower, !includeLower, bounds, now);
  const high = upper === null ? greatest : askedEnd(kind, upper, includeUpper, bounds, now);
  if (low === null || high === null || isInverted(low, high)) return null;
  const from = includeLower ? low : stepped(kind.type, low, 1);
  const to = includeUpper ? high : stepped(kind.type, high, -1);
  return from === null || to === null || isInverted(from, to) ? null : { low: from, high: to };
}

/** @param up a date is taken at its far end */
function askedEnd(
  { type, format: own }: RangeKind,
  text: string,
  up: boolean,
  { format, timeZone }: RangeBounds,
  now: number,
): RangeEnd | null {
  switch (type) {
    case 'date_range': {
      const zone: Zone | null = timeZone === undefined ? null : zoneOf(timeZone);
      return instant(dateBound(text, up, now, dateFormat(format ?? own ?? DATES), zone));
    }
    case 'ip_range':
      return parseAddress(text);
    case 'long_range':
      return isWhole(text) ? numberTerm('long', text) : null;
    default:
      return numberTerm(ENDS[type], text);
  }
}

/** Whether a decimal text has no fraction, also none that a double cannot tell. */
function isWhole(text: string): boolean {
  if (!text.includes('.')) return true;
  const digits = /[eE]/.test(text) ? '' : text.slice(text.indexOf('.') + 1);
  return /^0*$/.test(digits) && wholeNumber(text) !== null;
}

/** The next end; whole numbers begin anew behind the last one, as Java's do. Null where addresses end. */
function stepped(type: RangeTypeName, end: RangeEnd, by: 1 | -1): RangeEnd | null {
  switch (type) {
    case 'integer_range':
      return BigInt.asIntN(32, (end as bigint) + BigInt(by));
    case 'long_range':
    case 'date_range':
      return BigInt.asIntN(64, (end as bigint) + BigInt(by));
    case 'ip_range':
      return by > 0 ? addressAfter(end as Address) : addressBefore(end as Address);
    case 'float_range':
      return nextDecimal(end as number, by, nextFloat);
    case 'double_range':
      return nextDecimal(end as number, by, nextDouble);
  }
}

/** Here both zeros are one. */
function nextDecimal(value: number, by: 1 | -1, next: (value: number, by: 1 | -1) => number) {
  if (value === by * Number.POSITIVE_INFINITY) return value;
  return next(value === 0 ? by * 0 : value, by);
}

/** Of bounds that are asked, 0 is above -0; a document's may have that. */
function isInverted(low: RangeEnd, high: RangeEnd): boolean {
  return isAbove(low, high) || (Object.is(low, 0) && Object.is(high, -0));
}

function isAbove(low: RangeEnd, high: RangeEnd): boolean {
  return typeof low === 'object'
    ? compareAddresses(low, high as Address) > 0
    : low > (high as bigint | number);
}
