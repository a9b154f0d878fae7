import { describe, expect, it } from 'vitest';
import { dependsOnNow, resolveDateMath } from '../../src/mapping/date-math.ts';

const NOW = Date.parse('2026-11-21T20:44:53.723Z');

/** Asked of Elasticsearch 7.17.29 with `_validate/query?explain=true`. */
const ANSWERS: readonly (readonly [text: string, from: number, to: number])[] = [
  ['now', NOW, NOW],
  ['now/d', 1795219200000, 1795305599999],
  ['now-1h', NOW - 3_600_000, NOW - 3_600_000],
  ['2024-01-31||+1M', 1709164800000, 1709164800000],
  ['2024-01-31||+1M/M', 1706745600000, 1709251199999],
  ['2024-02-03T04:05||/w', 1706486400000, 1707091199999],
  ['2024-02-29||-1y', 1677542400000, 1677542400000],
  ['2024||+1M-2d/h', 1706572800000, 1706576399999],
  ['2024-01-31||-1M/d', 1703980800000, 1704067199999],
  ['2024-01-01||+1H', 1704070800000, 1704070800000],
  ['2024-01-01||+d/y', 1704067200000, 1735689599999],
  ['2024-01-01||', 1704067200000, 1704067200000],
  ['1700000000000||/d', 1699920000000, 1700006399999],
  ['2024-02-03T10:00+02:00||/d', 1706918400000, 1707004799999],
  ['2024-01-01||/d/d', 1704067200000, 1704153599999],
  ['2024-01-01||+1d/d+1h', 1704157200000, 1704243599999],
  ['2024-01-01', 1704067200000, 1704153599999],
];

describe('resolveDateMath', () => {
  it.each(ANSWERS)('gives %s the instants that Elasticsearch gives it', (text, from, to) => {
    expect(resolveDateMath(text, NOW)).toEqual({ from, to });
  });

  it.each([
    '2024-01-01||1d',
    '2024-01-01||/2d',
    '2024-01-01||+1x',
    '2024-13-01||+1d',
    'nowhere',
    'now+',
  ])('refuses %s', (text) => {
    expect(resolveDateMath(text, NOW)).toBeNull();
  });

  it('knows which texts depend on the time of reading', () => {
    expect(dependsOnNow('now-1d')).toBe(true);
    expect(dependsOnNow('2024-01-01||+1d')).toBe(false);
  });
});
