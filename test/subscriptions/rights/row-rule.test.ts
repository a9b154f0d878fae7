import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config-load.ts';
import { EstromError } from '../../../src/errors.ts';
import type { EmbeddedEngine } from '../../../src/percolate/embedded/embedded-engine.ts';
import { normalise } from '../../../src/query/canonical.ts';
import type { Ir } from '../../../src/query/ir.ts';
import { batchOf } from '../../../src/subscriptions/matching/match-engine.ts';
import { parseRowFilter } from '../../../src/subscriptions/rights/row-filter.ts';
import { RowRule } from '../../../src/subscriptions/rights/row-rule.ts';
import { embeddedEngine } from '../../percolate/engines.ts';

/** What a name must not be able to say. */
const HOSTILE = [
  'ada',
  'ADA',
  'ada lovelace',
  'lovelace',
  'ada" OR owner.keyword:*',
  'ada&f=owner.keyword:ne:x',
  'ada,eve',
  'ada;owner.keyword:eq:eve',
  'eve) OR (owner.keyword:eve',
  '*',
  '?da',
  'a*',
  '/.*/',
  '\\',
  'ada\\',
  '"',
  '(user)',
  '$&',
  '$1',
  '{"match_all":{}}',
  '"}},{"match_all":{}',
  '%2A',
  '+ada',
  'now-1d',
  '[a TO z]',
  'NOT ada',
  'é',
  'e\u0301',
  '\u0000',
  '\u{1f6a2}',
  '__proto__',
  'true',
  '7',
  '7.0',
];

const SYNTAXES = {
  'ARLAS parameters': 'f=owner.keyword:eq:(user)',
  'a query string': 'owner.keyword:"(user)"',
  'a query string of one word': 'owner.keyword:(user)',
  'the Query DSL': '{"term":{"owner.keyword":"(user)"}}',
  'a match': '{"match":{"owner.keyword":"(user)"}}',
  'a filter of ARLAS': '{"f":[[{"field":"owner.keyword","op":"eq","value":"(user)"}]]}',
};

let engine: EmbeddedEngine;
let ordinals = 0;
beforeAll(() => {
  engine = embeddedEngine({ workers: 1 });
});
afterAll(() => engine.close());

/** Which of the documents match, by position. */
async function matching(query: Ir, documents: readonly object[]): Promise<number[]> {
  const ordinal = ordinals++;
  await engine.register([{ id: `${ordinal}`, ordinal, index: '*', query: normalise(query) }]);
  const texts = documents.map((one) => JSON.stringify(one));
  const batch = batchOf(
    texts,
    () => 'docs',
    texts.map(() => ''),
  );
  const { pairs, failures } = await engine.percolate(batch);
  expect(failures).toEqual([]);
  await engine.unregister([ordinal]);
  const found: number[] = [];
  for (let k = 0; k < pairs.length; k += 2) if (pairs[k + 1] === ordinal) found.push(pairs[k]!);
  return found;
}

describe('RowRule', () => {
  it.each(Object.entries(SYNTAXES))('takes any name as a value in %s', (_, text) => {
    const rule = new RowRule(text);
    const plain = JSON.stringify(normalise(rule.of('anybody')));
    const name = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), (parts) => {
        const user = parts.join('');
        const query = normalise(rule.of(user));
        expect(JSON.stringify(query)).toBe(plain.replace('"anybody"', () => JSON.stringify(user)));
      }),
    );
  });

  it.each(Object.entries(SYNTAXES))('shows everybody its own by %s', async (_, text) => {
    const rule = new RowRule(text);
    // The first one makes the field a text.
    const documents = ['nobody here', ...HOSTILE].map((owner) => ({ owner }));
    for (const user of HOSTILE) {
      const found = await matching(rule.of(user), documents);
      expect([user, found]).toEqual([user, [HOSTILE.indexOf(user) + 1]]);
    }
  });

  it('asks for all words of a name in a text, in their order', async () => {
    const rule = new RowRule('f=by:eq:(user)');
    const documents = ['ada lovelace', 'bob lovelace', 'lovelace ada', '-'].map((by) => ({ by }));
    expect(await matching(rule.of('ada lovelace'), documents)).toEqual([0]);
    expect(await matching(rule.of('---'), documents)).toEqual([]);
  });

  it('stands beside other clauses, more than once, and inside of values', async () => {
    const rule = new RowRule('public:true OR (owner.keyword:"(user)" AND NOT "by-(user)")');
    const rows = [
      { public: true },
      { owner: 'ada' },
      { owner: 'eve' },
      { owner: 'ada', by: 'x by-ada' },
    ];
    expect(await matching(rule.of('ada'), rows)).toEqual([0, 1]);
    const named = new RowRule('{"term":{"box.keyword":"box-(user)-(user)"}}');
    expect(named.of('a$&')).toEqual({
      kind: 'term',
      field: 'box.keyword',
      value: 'box-a$&-a$&',
    });
    expect(new RowRule('team:x').of('ada')).toEqual(new RowRule('team:x').of('eve'));
  });

  it.each([
    'f=owner:like:(user)',
    'f=owner:gt:(user)',
    'f=(user):eq:1',
    'owner:(user)*',
    'owner:/(user)/',
    'owner:(user)~',
    'owner:"a (user)"~2',
    'owner:[a TO (user)]',
    '(user):a',
    '_exists_:(user)',
    '{"match":{"owner":"a (user)"}}',
    '{"prefix":{"owner":"(user)"}}',
    '{"match_phrase_prefix":{"owner":"(user)"}}',
    '{"multi_match":{"query":"a (user)","fields":["a","b"],"type":"cross_fields"}}',
  ])('refuses %s when it is read', (text) => {
    expect(() => new RowRule(text)).toThrow(ConfigError);
    expect(() => new RowRule(text)).toThrow(/--subscription-row-filter: .*\(user\)/);
  });

  it('says what is wrong with what is no query', () => {
    expect(() => new RowRule('owner:"(user)')).toThrow(ConfigError);
    expect(() => new RowRule('f=owner:is:(user)')).toThrow(/the operator \[is\]/);
  });
});

describe('parseRowFilter', () => {
  it.each([
    ['{"f":[[{"field":"city","op":"eq","value":"Bordeaux"}]]}', 'f=city:eq:Bordeaux'],
    ['{"all":{"f":[[{"field":"city","op":"eq","value":"Bordeaux"}]]}}', 'f=city:eq:Bordeaux'],
    [
      '{"f":[[{"field":"a","op":"gte","value":"1"},{"field":"b","op":"ne","value":"x,y"}],[{"field":"c","op":"like","value":"z"}]],"righthand":false}',
      'f=a:gte:1;b:ne:x,y&f=c:like:z',
    ],
    ['{"q":[["name:ada"]],"f":null}', 'q=name:ada'],
    [
      '{"f":[[{"field":"at","op":"lt","value":"2020"}]],"dateformat":"yyyy"}',
      'f=at:lt:2020&dateformat=yyyy',
    ],
    ['{"term":{"city":"Bordeaux"}}', '{"term":{"city":"Bordeaux"}}'],
    ['city:Bordeaux', 'city:Bordeaux'],
  ])('reads %s', (text, same) => {
    expect(normalise(parseRowFilter(text))).toEqual(normalise(parseRowFilter(same)));
  });

  it.each([
    ['{"f":[[]]}', 'a list of alternatives is empty'],
    ['{"f":[[{"field":"a","op":"is","value":"1"}]]}', 'expected {"field"'],
    ['{"f":[[{"field":"a","op":"eq","value":1}]]}', 'expected {"field"'],
    ['{"f":[["a:eq:1"]]}', 'expected {"field"'],
    ['{"f":[[{"field":"a","op":"eq","value":"1"}]],"gintersect":[["x"]]}', '[gintersect] is not'],
    ['{"a":{"q":[["x"]]},"b":{"q":[["y"]]}}', 'it is for 2 collections'],
    ['{"f":[[{"field":"a","op":"within","value":"nowhere"}]]}', 'well-known text'],
    ['{"f":[]', 'not valid JSON'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseRowFilter(text)).toThrow(EstromError);
    expect(() => parseRowFilter(text)).toThrow(reason);
  });
});
