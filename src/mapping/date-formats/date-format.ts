import type { Element, NumberElement } from './elements.ts';
import * as f from './fields.ts';
import { namedFormat } from './named-formats.ts';
import { parseNotation } from './notation.ts';
import { parseElement } from './parse-elements.ts';
import { Parsed } from './parsed.ts';
import { BadDateFormat, parsePattern } from './pattern.ts';
import { type LocalMoment, momentOf, type Resolved, resolve } from './resolve.ts';
import type { Style } from './resolve-date.ts';
import { type Zone, zonedInstant } from './zones.ts';

/** An instant: epoch milliseconds, and the nanoseconds behind them (0 to 999,999). */
export interface Instant {
  readonly ms: number;
  readonly nanos: number;
}

/** One scratch record: documents' dates are parsed without it being made anew. */
const parsed = new Parsed();

/** What Java's milliseconds hold. */
const MAX_MS = 2 ** 63;

const LAST_NANOS = 2n ** 63n - 1n;

/** Nanoseconds since 1970 as `date_nanos` fields hold them; null outside of 1970 to 2262. */
export function instantNanos({ ms, nanos }: Instant): bigint | null {
  if (!(ms >= 0 && ms <= 9_223_372_036_854)) return null;
  const whole = BigInt(ms) * 1_000_000n + BigInt(nanos);
  return whole <= LAST_NANOS ? whole : null;
}

interface Parser {
  readonly element: Element;
  readonly style: Style;
  readonly zone: 0 | null;
}

/** One format, or several with `||` between them that are tried in order. */
export class DateFormat {
  /** As it was given. */
  readonly text: string;
  readonly #parsers: readonly Parser[];
  readonly #upwards: readonly Parser[];

  constructor(text: string, parsers: readonly Parser[]) {
    this.text = text;
    this.#parsers = parsers;
    this.#upwards = parsers.map(({ element }) => ({
      element: upwards(element),
      style: 'smart',
      zone: null,
    }));
  }

  /** The instant that a document's value stands for; null if the format refuses it. */
  parse(text: string): Instant | null {
    return this.bound(text, false, null);
  }

  /** The last instant that a query's value covers, what it leaves open filled up from above. */
  roundUp(text: string): Instant | null {
    return this.bound(text, true, null);
  }

  /** The first or (`up`) the last instant that a query's value covers, in a zone unless it names one. */
  bound(text: string, up: boolean, zone: Zone | null): Instant | null {
    try {
      const moment = this.#moment(text, up ? this.#upwards : this.#parsers);
      if (moment === null) return null;
      const own = (zone === null ? null : moment.offset) ?? moment.zone;
      const ms = zonedInstant(moment.local, own ?? zone ?? 0);
      return Math.abs(ms) <= MAX_MS ? { ms, nanos: moment.nanos } : null;
    } catch (error) {
      if (error === f.REFUSED) return null;
      throw error;
    }
  }

  #moment(text: string, parsers: readonly Parser[]): LocalMoment | null {
    if (text === '') return null;
    for (const { element, style, zone } of parsers) {
      parsed.reset();
      if (parseElement(element, text, 0, parsed) !== text.length) continue;
      parsed.zone ??= zone;
      const resolved = tryResolve(parsed, style);
      if (resolved !== null) return momentOf(resolved);
    }
    return null;
  }
}

/** A text that contradicts itself is given to the next parser. */
function tryResolve(parsed: Parsed, style: Style): Resolved | null {
  try {
    return resolve(parsed, style);
  } catch (error) {
    if (error === f.REFUSED) return null;
    throw error;
  }
}

/** The element, and what fills up the fields that its text may leave open. */
function upwards(element: Element): Element {
  const fields = new Set<number>();
  collect(element, fields);
  const defaults: [number, number][] = [];
  if (fields.has(f.EPOCH_MILLIS)) defaults.push([f.EPOCH_NANOS_OF_MILLI, 999_999]);
  else if (fields.has(f.EPOCH_SECONDS)) defaults.push([f.NANO_OF_SECOND, 999_999_999]);
  else {
    if (fields.has(f.DAY_OF_YEAR)) defaults.push([f.DAY_OF_YEAR, 1]);
    else if (!fields.has(f.WEEK_BASED_YEAR) && !fields.has(f.LOCAL_WEEK_BASED_YEAR))
      defaults.push([f.MONTH_OF_YEAR, 1], [f.DAY_OF_MONTH, 1]);
    const clock = [f.CLOCK_HOUR_OF_AMPM, f.HOUR_OF_AMPM].find((field) => fields.has(field));
    if (clock === undefined) defaults.push([f.HOUR_OF_DAY, 23]);
    else defaults.push([clock, 11], [f.AMPM_OF_DAY, 1]);
    defaults.push([f.MINUTE_OF_HOUR, 59], [f.SECOND_OF_MINUTE, 59]);
    defaults.push([f.NANO_OF_SECOND, 999_999_999]);
  }
  const filled = defaults.map(([field, value]): Element => ({ kind: 'default', field, value }));
  return { kind: 'group', optional: false, elements: [element, ...filled] };
}

function collect(element: Element, fields: Set<number>): void {
  if (element.kind === 'group') for (const part of element.elements) collect(part, fields);
  else if ('field' in element) fields.add((element as NumberElement).field);
}

const made = new Map<string, DateFormat>();
const MAX_MADE = 1000;

/**
 * The format that a mapping or a query names, such as `strict_date_time||dd/MM/yyyy||epoch_second`.
 * @throws BadDateFormat with what is wrong, in Elasticsearch's words
 */
export function dateFormat(text: string): DateFormat {
  const known = made.get(text);
  if (known !== undefined) return known;
  if (text === '') throw new BadDateFormat('No date pattern provided');
  const parts = text.replace(/^8/, '').split('||');
  if (parts.some((part) => part === '')) {
    throw new BadDateFormat(`Cannot have empty element in multi date format pattern: ${text}`);
  }
  const format = new DateFormat(
    text,
    parts.flatMap((part) => parsersOf(part.trim())),
  );
  if (made.size >= MAX_MADE) made.clear();
  made.set(text, format);
  return format;
}

function parsersOf(part: string): Parser[] {
  const named = namedFormat(part);
  if (named === null) return [{ element: parsePattern(part), style: 'strict', zone: null }];
  return named.map(({ notation, ...how }) => ({ element: parseNotation(notation), ...how }));
}
