import { expect, it } from 'vitest';
import { normalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { LocalEngine } from './local-engine.ts';

const ir = (query: unknown) => normalise(parseQuery(query));

it('places of words are the same, whatever else is asked of the field', () => {
  const engine = new LocalEngine();
  engine.register([ir({ match_phrase: { lines: { query: 'three two', slop: 101 } } })]);
  const document = '{"lines":["one two","three","four"]}';
  expect(engine.percolate([document])).toEqual([[]]);
  engine.register([ir('lines:*')], 1);
  expect(engine.percolate([document])).toEqual([[1]]);
});
