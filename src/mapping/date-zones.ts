const OFFSET = String.raw`[+-]\d\d:\d\d(?::\d\d)?`;
/** `Z`, an offset or UTC with one; behind them a second, shorter zone is allowed and not heeded. */
const FIXED = new RegExp(
  `^(?:Z|(${OFFSET})|(?:UTC|GMT|UT)(${OFFSET})?)(?:Z|[+-]\\d\\d(\\d\\d)?)?$`,
);
const SHORT_OFFSET = /^[+-]\d\d(?:\d\d)?$/;
/** Names are case-sensitive; JavaScript's three-letter names that Java does not know are left out. */
const REGION = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/;
const NOT_JAVA = /^(?!CET|EET|MET|WET|PRC|ROC|ROK|UCT)[A-Z]{3}$/;

const HOUR_MS = 3_600_000;
const MAX_OFFSET = 18 * HOUR_MS;

/**
 * Epoch milliseconds of a local time in a zone as ISO 8601 and Java write it (`+01:00`, `-0130`, `+01`,
 * `UTC`, `GMT+01:00`, `Europe/Paris`). Null for an unknown zone.
 */
export function localToInstant(local: number, zone: string): number | null {
  const fixed = FIXED.exec(zone);
  if (fixed) return subtract(local, parseOffset(fixed[1] ?? fixed[2] ?? '+00'));
  if (SHORT_OFFSET.test(zone)) return subtract(local, parseOffset(zone));
  if (!REGION.test(zone) || NOT_JAVA.test(zone)) return null;
  const format = regionFormat(zone);
  return format && local - regionOffset(local, format);
}

const subtract = (local: number, offset: number | null): number | null =>
  offset === null ? null : local - offset;

/** Milliseconds of `+HH`, `+HHmm`, `+HH:mm` or `+HH:mm:ss`. */
function parseOffset(text: string): number | null {
  const [hours = 0, minutes = 0, seconds = 0] = (text.match(/\d\d/g) ?? []).map(Number);
  const offset = hours * HOUR_MS + minutes * 60_000 + seconds * 1000;
  if (minutes > 59 || seconds > 59 || offset > MAX_OFFSET) return null;
  return text.startsWith('-') ? -offset : offset;
}

/** Made once each: a formatter costs tens of microseconds. */
const formats = new Map<string, Intl.DateTimeFormat | null>();
const MAX_FORMATS = 1000;

function regionFormat(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  let format: Intl.DateTimeFormat | null = null;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      timeZoneName: 'longOffset',
      year: 'numeric',
    });
  } catch {
    // An unknown zone.
  }
  if (formats.size < MAX_FORMATS) formats.set(zone, format);
  return format;
}

/** A time that the clock skips counts as if it had not been put forward; of two it is the first. */
function regionOffset(local: number, format: Intl.DateTimeFormat): number {
  const before = offsetAt(local - 24 * HOUR_MS, format);
  const after = offsetAt(local + 24 * HOUR_MS, format);
  if (before === after || offsetAt(local - before, format) === before) return before;
  return offsetAt(local - after, format) === after ? after : before;
}

/** Milliseconds that a region's clocks are ahead of UTC at an instant; 0 for an unknown region. */
export function regionOffsetAt(at: number, zone: string): number {
  const format = regionFormat(zone);
  return format === null ? 0 : offsetAt(at, format);
}

/** JavaScript's last instant; no rules change there. */
const LAST = 8.64e15;

function offsetAt(at: number, format: Intl.DateTimeFormat): number {
  const within = Math.min(Math.max(at, -LAST), LAST);
  const name =
    format.formatToParts(within).find((part) => part.type === 'timeZoneName')?.value ?? '';
  return parseOffset(name.replace('GMT', '')) ?? 0;
}
