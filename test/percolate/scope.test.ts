import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileQuery } from '../../src/percolate/embedded/compile/compile.ts';
import { compileIndexExpression } from '../../src/query/index-expression.ts';
import type { Ir } from '../../src/query/ir.ts';
import { LocalEngine } from './local-engine.ts';

const INDICES = ['logs-a', 'logs-b', 'logs-secret', 'metrics', 'm'];
const expression = fc.constantFrom(
  '*',
  'logs-*',
  'logs-a',
  'logs-a,metrics',
  '*,-logs-secret',
  'logs-*,-logs-secret',
  'm*',
  'nowhere',
);
const leaf = fc.constantFrom<Ir>(
  { kind: 'all' },
  { kind: 'match', field: 'a', text: 'foo', operator: 'or' },
  { kind: 'match', field: null, text: 'foo', operator: 'or' },
  { kind: 'not', clause: { kind: 'match', field: 'a', text: 'foo', operator: 'or' } },
  { kind: 'exists', field: 'b' },
);
const DOCUMENTS = ['{"a":"foo"}', '{"a":"bar","b":1}', '{"b":2}'];

test('a query with two index expressions matches what it matches alone, in indices of both', () => {
  const queries = fc.array(fc.tuple(leaf, expression, expression), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(queries, fc.constantFrom(...INDICES), (bounded, index) => {
      const engine = new LocalEngine();
      engine.segments.add(
        bounded.map(([query, one, other], ordinal) => ({
          ordinal,
          plan: compileQuery(query, one, other),
        })),
      );
      const alone = new LocalEngine();
      alone.register(bounded.map(([query]) => query));
      const covered = bounded.map(([, ...both]) =>
        both.every((each) => compileIndexExpression(each)(index)),
      );
      const expected = alone
        .percolate(DOCUMENTS, index)
        .map((ordinals) => ordinals.filter((ordinal) => covered[ordinal]));
      expect(engine.percolate(DOCUMENTS, index)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
