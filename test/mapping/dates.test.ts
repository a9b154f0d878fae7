import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectDate, parseDate, parseDateRange } from '../../src/mapping/dates.ts';

type Meaning = [document: number | null, from: number | null, to: number | null];
const golden = JSON.parse(
  readFileSync(new URL('../golden/dates.json', import.meta.url), 'utf8'),
) as [text: string, iso: Meaning, slashes: Meaning, detected: string][];

const meaning = (text: string, format: 'iso' | 'slashes'): Meaning => {
  const range = parseDateRange(text, format);
  return [parseDate(text, format), range?.from ?? null, range?.to ?? null];
};

describe('dates', () => {
  it('mean for documents and queries what they mean to Elasticsearch', () => {
    const expected = golden.map(([text, iso, slashes]) => [text, iso, slashes]);
    const actual = golden.map(([text]) => [text, meaning(text, 'iso'), meaning(text, 'slashes')]);
    expect(golden.length).toBeGreaterThan(300);
    expect(actual).toEqual(expected);
  });

  it('are detected where Elasticsearch detects them', () => {
    // A document that Elasticsearch refuses gets a date field here.
    const expected = golden.map(([text, , , type]) => [
      text,
      type === 'text' ? null : type === 'rejected' ? 'slashes' : type,
    ]);
    expect(golden.map(([text]) => [text, detectDate(text)])).toEqual(expected);
  });

  it('follow the clock of a named zone through its changes', () => {
    const at = (time: string) => new Date(parseDate(`${time}Europe/Paris`) ?? 0).toISOString();
    // Skipped by the clock, and there twice.
    expect(at('2024-03-31T02:30')).toBe('2024-03-31T01:30:00.000Z');
    expect(at('2024-10-27T02:30')).toBe('2024-10-27T00:30:00.000Z');
    expect(at('2024-07-01T12:00')).toBe('2024-07-01T10:00:00.000Z');
  });
});
