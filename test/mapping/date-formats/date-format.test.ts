import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dateFormat, instantNanos } from '../../../src/mapping/date-formats/date-format.ts';
import { dateBound, dateSpan } from '../../../src/mapping/date-formats/date-math.ts';
import { FORMAT_NAMES } from '../../../src/mapping/date-formats/named-formats.ts';
import { BadDateFormat } from '../../../src/mapping/date-formats/pattern.ts';
import { zoneOf } from '../../../src/mapping/date-formats/zones.ts';
import { parseDate, parseDateRange } from '../../../src/mapping/dates.ts';

type Bound = number | null;
type Line = [format: string, text: string, Bound, Bound, Bound, Bound, Bound];
const golden = JSON.parse(
  readFileSync(new URL('../../golden/date-formats.json', import.meta.url), 'utf8'),
) as Line[];
const defaults = JSON.parse(
  readFileSync(new URL('../../golden/dates.json', import.meta.url), 'utf8'),
) as [text: string, ...unknown[]][];

const NEW_YORK = zoneOf('America/New_York');

function meaning(format: string, text: string): Line {
  const of = dateFormat(format);
  const bound = (up: boolean, zone = NEW_YORK) => dateBound(text, up, 0, of, zone)?.ms ?? null;
  const document = of.parse(text)?.ms ?? null;
  return [format, text, document, bound(false, null), bound(true, null), bound(false), bound(true)];
}

describe('date formats', () => {
  it('mean for documents and queries what they mean to Elasticsearch', () => {
    expect(new Set(golden.map(([format]) => format)).size).toBeGreaterThan(150);
    expect(golden.filter(([, , document]) => document !== null).length).toBeGreaterThan(500);
    expect(golden.map(([format, text]) => meaning(format, text))).toEqual(golden);
  });

  it('give for the default formats what the short way gives', () => {
    const formats = {
      iso: dateFormat('strict_date_optional_time||epoch_millis'),
      slashes: dateFormat('yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis'),
    };
    for (const name of ['iso', 'slashes'] as const) {
      for (const [text] of defaults) {
        const format = formats[name];
        const range = parseDateRange(text, name);
        const span = dateSpan(text, 0, format);
        const own = [format.parse(text)?.ms, span?.from.ms, span?.to.ms];
        const short = [parseDate(text, name), range?.from, range?.to];
        expect([name, text, ...own.map((ms) => ms ?? null)]).toEqual([
          name,
          text,
          ...short.map((ms) => ms ?? null),
        ]);
      }
    }
  });

  it('keep nanoseconds', () => {
    const format = dateFormat('strict_date_optional_time_nanos');
    expect(format.parse('2024-02-03T04:05:06.123456789Z')).toEqual({
      ms: 1_706_933_106_123,
      nanos: 456_789,
    });
    expect(format.roundUp('1969-12-31')).toEqual({ ms: -1, nanos: 999_999 });
    expect(dateSpan('2024-02-03||/d', 0, format)?.to).toEqual({ ms: 1_707_004_799_999, nanos: 0 });
  });

  it('hold nanoseconds from 1970 to 2262', () => {
    const format = dateFormat('strict_date_optional_time_nanos||epoch_millis');
    const nanos = (text: string) => instantNanos(format.parse(text)!);
    expect(nanos('2024-01-01T00:00:00.123456789Z')).toBe(1_704_067_200_123_456_789n);
    expect(nanos('2262-04-11T23:47:16.854775807Z')).toBe(2n ** 63n - 1n);
    expect(nanos('2262-04-11T23:47:16.854775808Z')).toBeNull();
    expect(nanos('1969-12-31T23:59:59.999999999Z')).toBeNull();
    expect(nanos('1970-01-01')).toBe(0n);
  });

  it('know every name also in camel case', () => {
    for (const name of FORMAT_NAMES) {
      const camelCase = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      expect(dateFormat(camelCase).parse('2024')).toEqual(dateFormat(name).parse('2024'));
    }
  });

  it.each([
    ['', 'No date pattern provided'],
    ['yyyy||', 'Cannot have empty element'],
    ['bogus', 'Invalid format: [bogus]: Unknown pattern letter: b'],
    ['yyyy-MM-ddT', 'Unknown pattern letter: T'],
    ["yyyy'T", 'incomplete string literal'],
    ['yyyy]', 'contains ] without previous ['],
    ['{yyyy}', 'reserved character'],
    ['HHH', 'Too many pattern letters: H'],
    ['VVV', 'Pattern letter count must be 2: V'],
    ['HH:mm z', 'not supported'],
  ])('are refused with what is wrong: %j', (text, reason) => {
    expect(() => dateFormat(text)).toThrow(BadDateFormat);
    expect(() => dateFormat(text)).toThrow(reason);
  });
});

describe('date math in a time zone', () => {
  const format = dateFormat('strict_date_optional_time');
  const paris = zoneOf('Europe/Paris');
  const at = (text: string, up = false) => {
    const bound = dateBound(text, up, Date.parse('2024-03-31T12:00Z'), format, paris);
    return bound && new Date(bound.ms).toISOString();
  };

  it('rounds to days of the zone, also of 23 hours', () => {
    expect(at('now/d')).toBe('2024-03-30T23:00:00.000Z');
    expect(at('now/d', true)).toBe('2024-03-31T21:59:59.999Z');
    expect(at('2024-03-31||+1d/d')).toBe('2024-03-31T22:00:00.000Z');
    expect(at('now-1M/M')).toBe('2024-01-31T23:00:00.000Z');
    expect(at('now/w', true)).toBe('2024-03-31T21:59:59.999Z');
    expect(at('2024-01-31||+1M')).toBe('2024-02-28T23:00:00.000Z');
  });

  it('takes the zone of the text before that of the query', () => {
    expect(at('2024-03-31T12:00Z')).toBe('2024-03-31T12:00:00.000Z');
    expect(at('2024-03-31T12:00')).toBe('2024-03-31T10:00:00.000Z');
  });

  it.each(['now+', 'now/2d', 'now/q', 'now1d', '||+1d', 'now+99999999999d'])(
    'refuses %s',
    (text) => {
      expect(at(text)).toBeNull();
    },
  );

  it('reads zones as queries write them', () => {
    expect(['+01:00', '-0130', '+1', 'Z', 'UTC+02:00', 'Europe/Paris'].map(zoneOf)).toEqual([
      3600,
      -5400,
      3600,
      0,
      7200,
      'Europe/Paris',
    ]);
    expect(['Europe/Nowhere', '', '+19:00', 'europe/paris'].map(zoneOf)).toEqual(
      new Array(4).fill(null),
    );
  });
});
