import { COMMON, ignored, readParameters, used } from '../parameters.ts';
import type { Clause } from './dsl-clause.ts';
import { booleanAt, describe, objectAt, scalarAt, syntax, textAt } from './dsl-reader.ts';

const SCORE_MODES = ['avg', 'sum', 'min', 'max', 'none'];

const NESTED = {
  path: used(scalarAt, 'of the objects, from the root; the mapping has to have them as nested'),
  query: used(
    (value: unknown) => value ?? undefined,
    'has to hold for one object by itself; fields in it have their whole paths',
  ),
  ignore_unmapped: used(
    booleanAt,
    'true: an index that does not map the path has no such object. Else no document of it matches the whole query',
  ),
  score_mode: ignored((value, path) => {
    if (SCORE_MODES.includes(textAt(value, path))) return;
    throw syntax(path, `expected [${SCORE_MODES.join('] or [')}], but found ${describe(value)}`);
  }, 'scores only'),
  inner_hits: ignored(objectAt, 'hits have the whole document'),
  ...COMMON,
};

const nested: Clause = {
  parameters: NESTED,
  nests: true,
  note: 'as in Elasticsearch, a `_name` inside is told where its clause holds for the document itself',
  read(body, path, reading) {
    const {
      path: asked,
      query,
      ignore_unmapped: ignoreUnmapped,
    } = readParameters(body, path, NESTED);
    if (asked === undefined) throw syntax(path, 'expected a [path]');
    if (query === undefined) throw syntax(path, 'expected a [query]');
    const clause = reading.clause(query, `${path}.query`);
    return { kind: 'nested', path: asked, clause, ...(ignoreUnmapped ? { ignoreUnmapped } : {}) };
  },
};

/** Objects in arrays, each asked by itself. */
export const NESTED_CLAUSES: Readonly<Record<string, Clause>> = { nested };
