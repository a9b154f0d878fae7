import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RawJson } from '../../../src/crossbar/raw-json.ts';
import { portable } from '../../../src/fanout/crossbar/portable-json.ts';

const made = (text: string) => {
  const bytes = Buffer.from(`[${text}]`);
  return portable(new RawJson(bytes, 1, bytes.length - 1)).toString();
};

describe('JSON for Crossbar.io', () => {
  it('is left as it is when nothing in it is harmful', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'grapheme' }), (text) => {
        const raw = new RawJson(Buffer.from(text));
        expect(portable(raw)).toBe(raw);
      }),
    );
  });

  it('has null for numbers beyond a double', () => {
    expect(made('{"a":1e400,"b":-1E+999,"c":1e-400,"d":1e308,"e":"1e400"}')).toBe(
      '{"a":null,"b":null,"c":1e-400,"d":1e308,"e":"1e400"}',
    );
    expect(made(`{"a":${'9'.repeat(309)},"b":${'9'.repeat(308)},"c":[-${'9'.repeat(5000)}]}`)).toBe(
      `{"a":null,"b":${'9'.repeat(308)},"c":[null]}`,
    );
  });

  it('has no half of a character', () => {
    const cases: Record<string, string> = {
      '"\\ud800"': '"\\ufffd"',
      '"\\uDC00"': '"\\ufffd"',
      '"\\ud83d\\ude00"': '"\\ud83d\\ude00"',
      '"\\ud83d\\ud83d\\ude00\\ude00"': '"\\ufffd\\ud83d\\ude00\\ufffd"',
      '"\\\\ud800"': '"\\\\ud800"',
      '"\\\\\\ud800ö"': '"\\\\\\ufffdö"',
      '{"\\udfff":1}': '{"\\ufffd":1}',
    };
    for (const [text, expected] of Object.entries(cases)) expect(made(text)).toBe(expected);
  });

  it('is well-formed whatever escapes a string has', () => {
    const unit = fc.constantFrom('\\ud83d', '\\ude00', '\\\\', '\\n', 'a', 'u', 'é');
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const text = `"${units.join('')}"`;
        expect(JSON.parse(made(text))).toBe((JSON.parse(text) as string).toWellFormed());
      }),
    );
  });
});
