import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventDocument } from '../../../src/subscriptions/events/event-document.ts';
import { itemsOf, jsonTextsAt, membersOf } from '../../../src/subscriptions/json-text.ts';
import { valuesAt } from '../../../src/subscriptions/matching/trigger-values.ts';

const fetch = eventDocument({ path: 'object.document', idPath: 'object.id', index: 'images' });
const of = (text: string) => fetch({ position: '1', text }, JSON.parse(text));

describe('eventDocument', () => {
  it('takes the text of the document as it is', async () => {
    const source = '{ "n": 12345678901234567890, "x": 1.10, "t": "a\\"}" ,"l":[1 , {"m":[]}]}';
    const text = ` { "object" : {"document" : ${source} , "id":"a\\u00e9"}, "z": 0 } `;
    expect(await of(text)).toEqual({ index: 'images', id: 'aé', source });
  });

  it('takes a number for an id as it is written, and an empty id where there is none', async () => {
    const text = '{"object":{"id":12345678901234567890,"document":{}}}';
    expect(await of(text)).toMatchObject({ id: '12345678901234567890', source: '{}' });
    expect(await of('{"object":{"id":null,"document":{}}}')).toMatchObject({ id: '' });
  });

  it('has none where the event brings none', async () => {
    for (const text of ['{}', '{"object":3}', '{"object":{"document":null}}', '{"object":[]}']) {
      expect(await of(text)).toBeNull();
    }
  });

  it('refuses what is no document', async () => {
    const wanted = { code: 'BAD_DOCUMENT' };
    await expect(of('{"object":{"document":"{}"}}')).rejects.toMatchObject(wanted);
    await expect(of('{"object":[{"document":{}},{"document":{}}]}')).rejects.toMatchObject(wanted);
    await expect(of('{"object":{"id":[1],"document":{}}}')).resolves.toMatchObject({ id: '' });
  });
});

describe('JSON text', () => {
  it('is found where the parsed values are', () => {
    // Not a backslash alone: V8's `JSON.parse` takes a quote for it where objects look alike (Node 24.21).
    const name = fc.constantFrom('a', 'b', '"', 'x\\y', 'é', '𝄞');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, -1.5, 1e21, '', 'x"}]\\', '𝄞'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.array(name, { maxLength: 3 }), fc.nat(3), (whole, path, indent) => {
        const found = jsonTextsAt(JSON.stringify(whole, null, indent), path);
        expect(found.map((text) => JSON.parse(text) as unknown)).toEqual(valuesAt(whole, path));
      }),
    );
  });

  it('has of members with one name the last', () => {
    expect(jsonTextsAt('{"a":{"b":1},"a":{"b":2}}', ['a', 'b'])).toEqual(['2']);
    expect([...membersOf('{"a":1 ,"\\u0061":2}').values()]).toEqual([{ start: 17, end: 18 }]);
  });

  it('has items', () => {
    expect(itemsOf('[1,"a,b" , {}]')).toEqual([
      { start: 1, end: 2 },
      { start: 3, end: 8 },
      { start: 11, end: 13 },
    ]);
    expect(itemsOf('[ ]')).toEqual([]);
  });
});
