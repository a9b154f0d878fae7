import { EstromError } from '../errors.ts';
import { FORMAT_NAMES, FORMATS, type Format, type FormatName } from './formats.ts';
import { ON_SLOW, type OnSlow } from './outbox.ts';
import { POSITION_FORM, type Position, parsePosition } from './position.ts';

/** What a tail asks for. */
export interface StreamParams {
  /** Index expression. */
  readonly index: string;
  readonly query: string | null;
  /** Of the query text; null means query string. */
  readonly lang: string | null;
  /** Id of a query that is known; then `index` and `query` are not used. */
  readonly id: string | null;
  readonly format: Format;
  readonly onSlow: OnSlow;
  /** Hits; Infinity without one. */
  readonly limit: number;
  /** Milliseconds; null without one. */
  readonly timeout: number | null;
  /** Where to resume; null for live hits only. */
  readonly after: Position | null;
}

const KNOWN = ['i', 'q', 'lang', 's', 'format', 'limit', 'timeout', 'after', 'on_slow'] as const;
type Name = (typeof KNOWN)[number];

/** The longest that Node's timers take. */
const MAX_TIMEOUT = 2 ** 31 - 1;
const UNITS: Readonly<Record<string, number>> = {
  '': 1000,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads the parameters of a tail.
 * @param raw the parsed query string: lists where a name was given more than once
 * @param lastEventId the header `Last-Event-ID`: a browser that comes back sends it along with the
 * URL it began with, so it goes before `after`
 * @throws EstromError BAD_REQUEST that names the parameter
 */
export function readStreamParams(
  raw: Readonly<Record<string, unknown>>,
  accept: string | undefined,
  lastEventId?: string,
): StreamParams {
  const unknown = Object.keys(raw).filter((name) => !(KNOWN as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw bad(`unknown parameter [${unknown.join('], [')}]; known are [${KNOWN.join('], [')}]`);
  }
  const given = (name: Name): string | undefined => {
    const value = raw[name];
    if (value === undefined || typeof value === 'string') return value;
    throw bad(`parameter [${name}] is given more than once`);
  };
  const query = given('q') ?? null;
  const id = given('s') ?? null;
  if (query !== null && id !== null) {
    throw bad('parameters [q] and [s] exclude each other: a query, or the id of a known one');
  }
  if (id === '') throw bad('parameter [s] is empty: it takes the id of a known query');
  const format = given('format');
  return {
    index: given('i') || '*',
    query,
    lang: given('lang') ?? null,
    id,
    format:
      FORMATS[
        format === undefined ? acceptedFormat(accept) : oneOf('format', format, FORMAT_NAMES)
      ],
    onSlow: oneOf('on_slow', given('on_slow') ?? 'drop', ON_SLOW),
    limit: readLimit(given('limit')),
    timeout: readTimeout(given('timeout')),
    after: lastEventId
      ? readPosition('header [Last-Event-ID]', lastEventId)
      : readPosition('parameter [after]', given('after')),
  };
}

function readPosition(what: string, text: string | undefined): Position | null {
  if (text === undefined) return null;
  const position = parsePosition(text);
  if (position === undefined) throw bad(`${what} is [${text}]: it takes ${POSITION_FORM}`);
  return position;
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw bad(`parameter [limit] is [${text}]: it takes a positive integer`);
  }
  return limit;
}

function readTimeout(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  const timeout = Math.round(Number(digits) * (UNITS[unit ?? ''] ?? Number.NaN));
  if (!(timeout >= 1 && timeout <= MAX_TIMEOUT)) {
    throw bad(
      `parameter [timeout] is [${text}]: it takes seconds, or a duration such as [30s] or [5m], up to [24d]`,
    );
  }
  return timeout;
}

function oneOf<T extends string>(name: Name, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    throw bad(`parameter [${name}] is [${value}]: supported are [${allowed.join('], [')}]`);
  }
  return found;
}

/** The first type in `Accept` that is known; a browser or a bare client gets JSON. */
function acceptedFormat(accept: string | undefined): FormatName {
  for (const range of accept?.split(',') ?? []) {
    const type = range.split(';', 1)[0]!.trim().toLowerCase();
    const name = FORMAT_NAMES.find((one) => FORMATS[one].contentType === type);
    if (name !== undefined) return name;
  }
  return 'json';
}

function bad(reason: string): EstromError {
  return new EstromError('BAD_REQUEST', reason);
}
