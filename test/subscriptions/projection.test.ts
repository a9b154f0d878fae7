import { describe, expect, it } from 'vitest';
import { Projection, parseProjection } from '../../src/subscriptions/projection.ts';

const DOCUMENT =
  '{"id": "a", "n": 12345678901234567890, "o": {"x": 1.10, "y": {"z": [1, 2]}}, "l": [{"p": 1, "q": 2}, {"q": 3}]}';

function projected(includes: string[], excludes: string[] = [], document = DOCUMENT): string {
  return new Projection(includes, excludes).apply(document);
}

describe('Projection', () => {
  it('keeps the document as it is when nothing is asked', () => {
    expect(parseProjection('').apply(DOCUMENT)).toBe(DOCUMENT);
    expect(parseProjection('include=*').apply(DOCUMENT)).toBe(DOCUMENT);
  });

  it('keeps numbers as they are written', () => {
    expect(projected(['n', 'o.x'])).toBe('{"n":12345678901234567890,"o":{"x":1.10}}');
  });

  it('takes an object with all below it, and its parts by their paths', () => {
    expect(projected(['o.y'])).toBe('{"o":{"y":{"z": [1, 2]}}}');
    expect(projected(['o'], ['o.y'])).toBe('{"o":{"x":1.10}}');
  });

  it('leaves out of arrays what has nothing left', () => {
    expect(projected(['l.p'])).toBe('{"l":[{"p":1}]}');
    expect(projected([], ['l.q'])).toContain('"l":[{"p":1}]');
  });

  it('lets stars stand for dots too', () => {
    expect(projected(['*z'])).toBe('{"o":{"y":{"z":[1, 2]}}}');
    expect(projected(['*'], ['o*', 'l'])).toBe('{"id":"a","n":12345678901234567890}');
  });

  it('reads texts with escaped quotes, and keys that are escaped', () => {
    expect(projected(['a'], [], '{"b":"\\"}","\\u0061":{"c":"]\\\\"},"d":[[]]}')).toBe(
      '{"\\u0061":{"c":"]\\\\"}}',
    );
  });

  it("reads ARLAS's parameters, and names those that it does not know", () => {
    expect(parseProjection('include=id,o.x&exclude=id').apply(DOCUMENT)).toBe('{"o":{"x":1.10}}');
    expect(() => parseProjection('includes=id')).toThrow(/\[includes\].*include or exclude/);
    expect(() => parseProjection('ä&includes=id')).toThrow(/^at offset 2: /);
    expect(parseProjection('projection&pretty').isWhole).toBe(true);
    expect(parseProjection('projection&exclude=o').apply('{"o":1,"p":2}')).toBe('{"p":2}');
  });
});
