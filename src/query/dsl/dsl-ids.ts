import type { Ir } from '../ir.ts';
import { COMMON, ignored, readParameters, used } from '../parameters.ts';
import type { Clause } from './dsl-clause.ts';
import { scalarAt, textAt } from './dsl-reader.ts';

const IDS = {
  values: used((given: unknown, path: string): string[] =>
    Array.isArray(given)
      ? given.map((one: unknown, position) => scalarAt(one, `${path}[${position}]`))
      : [scalarAt(given, path)],
  ),
  type: ignored(
    (given, path) => [given].flat().map((one: unknown) => textAt(one, path)),
    'documents have no types any more',
  ),
  ...COMMON,
};

/** Documents by the `_id` that their sender gave them. */
export const ids: Clause = {
  parameters: IDS,
  note: 'an id that this node makes for a document without one is not known before, so nothing asks for it',
  read(body, path, { budget }) {
    const { values = [] } = readParameters(body, path, IDS);
    const clauses = values.map((value, position): Ir => {
      if (position > 0) budget.leaf({ clause: path });
      return { kind: 'term', field: '_id', value };
    });
    return { kind: 'or', clauses, atLeast: 1 };
  },
};
