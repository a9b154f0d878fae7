import fc from 'fast-check';
import { Packr, Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { readMsgpack } from '../../src/wamp/msgpack-reader.ts';
import { jsonToMsgpack } from '../../src/wamp/msgpack-writer.ts';

const unpackr = new Unpackr({ useRecords: false, int64AsType: 'bigint' });
const packr = new Packr({ useRecords: false });

/** As msgpackr reads it; what fits a double without loss is a number there and here. */
function unpack(bytes: Buffer): unknown {
  return narrow(unpackr.unpack(bytes));
}

function narrow(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(narrow);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, narrow(member)]));
}

const bigintAsNumber = (_key: string, value: unknown) =>
  typeof value === 'bigint' ? Number(value) : value;

const write = (json: string) => jsonToMsgpack(Buffer.from(json));

describe('jsonToMsgpack', () => {
  // msgpackr renames this one key when it reads.
  const key = fc.string({ unit: 'binary' }).filter((text) => text !== '__proto__');
  const value = fc.jsonValue({ stringUnit: 'binary' });

  it('writes what a second reader takes for the same value, whatever the spacing', () => {
    const values = fc.oneof(value, fc.dictionary(key, value, { noNullPrototype: true }));
    fc.assert(
      fc.property(values, fc.constantFrom('', ' ', '\t'), (written, space) => {
        const json = JSON.stringify(written, null, space).replaceAll('\n', space);
        fc.pre(!json.includes('"__proto__"'));
        // Doubles that are whole are written as integers in JSON, and stay that.
        const inDoubles = JSON.parse(JSON.stringify(unpack(write(json)), bigintAsNumber));
        expect(inDoubles).toEqual(JSON.parse(json));
      }),
    );
  });

  it('keeps integers of 64 bits, and makes longer ones doubles', () => {
    const integers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(integers, (integer) => {
        expect(unpack(write(`{"n":${integer}}`))).toEqual({ n: narrow(integer) });
      }),
    );
    for (const edge of [
      127,
      128,
      255,
      2 ** 16,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      -32,
      -33,
      -(2 ** 31),
      -(2 ** 31) - 1,
    ]) {
      expect(unpack(write(String(edge)))).toBe(edge);
    }
    expect(unpack(write('18446744073709551616'))).toBe(2 ** 64);
    expect(unpack(write('-9223372036854775809'))).toBe(-(2 ** 63));
    expect(Object.is(unpack(write('-0')), -0)).toBe(true);
    expect(unpack(write('[1.0,1e3,-1.5E-2]'))).toEqual([1, 1000, -0.015]);
  });

  it('writes strings of every length class, with and without escapes', () => {
    for (const length of [0, 23, 24, 25, 31, 32, 255, 256, 65_535, 65_536, 200_000]) {
      for (const unit of ['x', 'é', '"', '\u{1f600}']) {
        const text = unit.repeat(length);
        expect(unpack(write(JSON.stringify([text, text])))).toEqual([text, text]);
      }
    }
  });

  it('takes nesting and objects beyond what it has room for', () => {
    const depth = 1000;
    expect(unpack(write(`${'['.repeat(depth)}${']'.repeat(depth)}`))).toEqual(
      JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`),
    );
    const many = Object.fromEntries(Array.from({ length: 70_000 }, (_, k) => [`k${k}`, k]));
    expect(unpack(write(JSON.stringify(many)))).toEqual(many);
  });

  it('writes a range of a longer buffer', () => {
    const bytes = Buffer.from('###{"a":[true,false,null]}###');
    expect(unpack(jsonToMsgpack(bytes, 3, bytes.length - 3))).toEqual({ a: [true, false, null] });
  });
});

describe('readMsgpack', () => {
  it('reads what a second writer writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        fc.pre(!JSON.stringify(value).includes('"__proto__"'));
        const plain = JSON.parse(JSON.stringify(readMsgpack(packr.pack(value))));
        expect(plain).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('reads what we write, integers of 64 bits included', () => {
    const json = '[9007199254740993,-9223372036854775808,18446744073709551615,1,-1,70000,-70000]';
    expect(readMsgpack(write(json))).toEqual([
      9007199254740993n,
      -9223372036854775808n,
      18446744073709551615n,
      1,
      -1,
      70000,
      -70000,
    ]);
  });

  it('refuses or reads any bytes, and does nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readMsgpack(Buffer.from(bytes));
        } catch (error) {
          expect((error as Error).message).toMatch(/^not MessagePack that can be read: /);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses sizes that the bytes do not hold, extension types, deep nesting and a tail', () => {
    const refused = [
      [0xdd, 0xff, 0xff, 0xff, 0xff],
      [0xdf, 0xff, 0xff, 0xff, 0xff],
      [0xdb, 0xff, 0xff, 0xff, 0xff, 0x61],
      [0xc6, 0x7f, 0xff, 0xff, 0xff],
      [0xc7, 0x01, 0x72, 0x00],
      [0xd4, 0x01, 0x00],
      [0xc1],
      [0x01, 0x01],
      [0x81, 0x01, 0x01],
      Array(10_000).fill(0x91),
    ];
    for (const bytes of refused) {
      expect(() => readMsgpack(Buffer.from(bytes))).toThrow('not MessagePack that can be read');
    }
  });

  it('takes keys for nothing but keys', () => {
    const map = readMsgpack(packr.pack(new Map([['constructor', 1]]))) as object;
    expect(Object.keys(map)).toEqual(['constructor']);
    const proto = Buffer.concat([
      Buffer.from([0x81, 0xa9]),
      Buffer.from('__proto__'),
      Buffer.from([0x80]),
    ]);
    expect(Object.keys(readMsgpack(proto) as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
