import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../src/query/parse-query.ts';
import { LocalEngine } from './local-engine.ts';

/** Ordinals by document; all queries are in the index `logs`, or where they say another. */
function found(queries: readonly string[], documents: readonly object[], index = 'logs') {
  const engine = new LocalEngine();
  engine.register(
    queries.map((query) => parseQuery(query)),
    0,
    index,
  );
  const texts = documents.map((document) => JSON.stringify(document));
  return engine.percolate(texts, 'logs').map((ordinals) => ordinals.toSorted((a, b) => a - b));
}

describe('second conditions', () => {
  test('ranges, lists of words and their negations are decided as programs would', () => {
    const queries = [
      'user:ann AND status:[400 TO 499]',
      'user:ann AND NOT status:[400 TO 499]',
      'user:ann AND level:(warn OR error)',
      'user:ann AND NOT level:(warn OR error)',
      'user:ann AND status:404',
      'user:ann AND took:>1.5',
      'user:ann AND status:[300 TO 404]',
      'user:ann AND status:[405 TO 500]',
      'user:ann AND status:[500 TO 600]',
    ];
    const documents = [
      { user: 'ann', status: 404, level: 'warn', took: 1.5 },
      { user: 'ann', status: 500, level: 'info', took: 1.75 },
      { user: 'ann', status: [200, 404], level: ['info', 'error'], took: [0.5, 2.5] },
      { user: 'ann' },
      { user: 'bob', status: 404, level: 'warn', took: 1.75 },
    ];
    expect(found(queries, documents)).toEqual([
      [0, 2, 4, 6],
      [1, 3, 5, 7, 8],
      [0, 2, 4, 5, 6],
      [1, 3],
      [],
    ]);
  });

  test('of a field with many numbers each counts', () => {
    const queries = [
      'user:ann AND n:[1000 TO 1001]',
      'user:ann AND n:[1002 TO 1003]',
      'user:ann AND NOT n:[1000 TO 1001]',
      'user:ann AND n:>=2000',
      'user:ann AND n:>2000',
    ];
    const many = Array.from({ length: 100 }, (_, i) => (i * 37) % 100);
    const documents = [
      { user: 'ann', n: [...many.slice(0, 60), 1001, ...many.slice(60)] },
      { user: 'ann', n: [2000, ...many] },
    ];
    expect(found(queries, documents)).toEqual([[0], [2, 3]]);
  });

  test('patterns beside a word are looked for in its document, word by word', () => {
    const queries = [
      'user:ann AND message:*bcd*',
      'user:ann AND message:ab*yz',
      'user:ann AND NOT message:*bcd*',
      'user:ann AND message:/a[b-d]+e.*/',
    ];
    const documents = [
      { user: 'ann', message: 'xbcdx' },
      { user: 'ann', message: 'abx xyz' },
      { user: 'ann', message: 'none abxyz abcdef' },
      { user: 'bob', message: 'xbcdx abyz' },
    ];
    expect(found(queries, documents)).toEqual([[0], [2], [0, 1, 3], []]);
  });

  test('a query that two conditions decide still asks for its index', () => {
    const queries = ['user:ann AND status:[400 TO 499]', 'user:ann AND level:warn'];
    const document = { user: 'ann', status: 404, level: 'warn' };
    expect(found(queries, [document], 'logs')).toEqual([[0, 1]]);
    expect(found(queries, [document], 'log*,-logs')).toEqual([[]]);
    expect(found(queries, [document], 'others')).toEqual([[]]);
  });

  test('a document may have thousands of parts', () => {
    const engine = new LocalEngine({ arenaBytes: 16 * 1024 * 1024 });
    const words = Array.from({ length: 1500 }, (_, i) => `q${(i + 5000).toString(36)}z`);
    engine.register(words.map((word) => parseQuery(`t:${word.slice(0, 4)}*z`)));
    const [all, none] = engine.percolate([
      JSON.stringify({ t: words.join(' ') }),
      JSON.stringify({ t: words.map((word) => word.slice(0, 4)).join(' ') }),
    ]);
    expect(all).toHaveLength(words.length);
    expect(none).toEqual([]);
  });
});
