import fc from 'fast-check';
import { Packr, Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { elementRanges } from '../../src/crossbar/json-ranges.ts';
import { msgpackElements } from '../../src/crossbar/msgpack-to-json.ts';
import { RawJson } from '../../src/crossbar/raw-json.ts';
import { LINK_SERIALIZERS, RawArguments } from '../../src/crossbar/serializers.ts';
import { toJson } from '../../src/wamp/serializers.ts';

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' });
const READ = {
  json: (data: Buffer) => JSON.parse(String(data)) as unknown[],
  msgpack: (data: Buffer) => unpackr.unpack(data) as unknown[],
};
const WRITE = {
  json: (value: unknown) => Buffer.from(JSON.stringify(value)),
  msgpack: (value: unknown) => packr.pack(value) as Buffer,
};
// The reader of the test makes something else of that key.
const value = fc
  .jsonValue({ stringUnit: 'grapheme' })
  .filter((one) => !JSON.stringify(one).includes('__proto__'));

describe.each(['json', 'msgpack'] as const)('messages to a router in %s', (name) => {
  const serializer = LINK_SERIALIZERS[name];

  it('have the bytes of a publication spliced in', () => {
    fc.assert(
      fc.property(value, (body) => {
        const text = Buffer.from(`xx${JSON.stringify(body)}yy`);
        const raw = new RawJson(text, 2, text.length - 2);
        const kwargs = { node: 'é', n: 2 ** 31 };
        const message = [16, 7, { acknowledge: true }, 'docs-for-0', [raw], kwargs];
        expect(READ[name](serializer.encode(message))).toEqual([
          16,
          7,
          { acknowledge: true },
          'docs-for-0',
          [JSON.parse(JSON.stringify(body))],
          kwargs,
        ]);
      }),
    );
  });

  it('keep the arguments of events as bytes, whatever they hold', () => {
    fc.assert(
      fc.property(value, (body) => {
        const event = [36, 1, 2, { topic: 'a"],[' }, [body], { n: 1, node: ']}"' }];
        const [type, subscription, publication, details, args, kwargs] = serializer.decode(
          WRITE[name](event),
        );
        expect([type, subscription, publication, details, kwargs]).toEqual([
          36,
          1,
          2,
          event[3],
          event[5],
        ]);
        expect(args).toBeInstanceOf(RawArguments);
        const json = (args as RawArguments).single!;
        expect(JSON.parse(json.toString())).toEqual(JSON.parse(JSON.stringify(body)));
        // Long integers are bigints there.
        const { values } = args as RawArguments;
        expect(JSON.parse(toJson(values))).toEqual([JSON.parse(JSON.stringify(body))]);
      }),
    );
  });

  it('are read when events have no or several arguments', () => {
    expect(serializer.decode(WRITE[name]([36, 1, 2, {}]))).toEqual([36, 1, 2, {}]);
    const [, , , , args] = serializer.decode(WRITE[name]([36, 1, 2, {}, [1, { id: 2 }]]));
    expect((args as RawArguments).single).toBeUndefined();
    expect((args as RawArguments).values).toEqual([1, { id: 2 }]);
  });

  it('that cannot be written throw at once', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    expect(() => serializer.encode([48, 1, {}, 'p', cyclic])).toThrow(TypeError);
  });

  it('that cannot be read throw', () => {
    for (const bad of ['', '[36,1,2,{},[', '[36,1,2,{},["a', 'x']) {
      expect(() => serializer.decode(Buffer.from(bad))).toThrow();
    }
  });
});

describe('JSON by ranges', () => {
  it('finds the elements of any list', () => {
    fc.assert(
      fc.property(fc.array(value), fc.constantFrom(undefined, 1), (list, indent) => {
        const text = Buffer.from(JSON.stringify(list, undefined, indent));
        const ranges = elementRanges(text);
        const found: unknown[] = [];
        for (let k = 0; k < ranges.length; k += 2) {
          found.push(JSON.parse(text.toString('utf8', ranges[k], ranges[k + 1])));
        }
        expect(found).toEqual(JSON.parse(JSON.stringify(list)));
      }),
    );
  });
});

describe('MessagePack as JSON', () => {
  it('keeps the order of keys, digits, and the point of whole doubles', () => {
    const [text] = msgpackElements(
      Buffer.concat([
        Buffer.from([0x91, 0x85]),
        Buffer.from([0xa1, 0x32, 0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]),
        Buffer.from([0xa1, 0x31, 0xcf, 255, 255, 255, 255, 255, 255, 255, 255]),
        Buffer.from([0xa1, 0x61, 0xd3, 128, 0, 0, 0, 0, 0, 0, 0]),
        Buffer.from([0xa1, 0x62, 0xcb, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        Buffer.from([0xa1, 0x63, 0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0]),
      ]),
    );
    expect(text).toBe(
      '{"2":1.0,"1":18446744073709551615,"a":-9223372036854775808,"b":-0.0,"c":null}',
    );
  });

  it('refuses what JSON has no word for', () => {
    for (const bytes of [
      [0x91, 0xc4, 1, 0],
      [0x91, 0xd4, 1, 0],
      [0x91, 0x81, 1, 1],
      [0x91, 0xc0, 0],
    ]) {
      expect(() => msgpackElements(Buffer.from(bytes))).toThrow(SyntaxError);
    }
  });
});
