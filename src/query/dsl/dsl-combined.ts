import { FIELDS_NOTE, type FieldList, fieldListAt } from '../field-list.ts';
import { ALL_FIELDS } from '../field-patterns.ts';
import { isMetadata } from '../fields.ts';
import type { CrossFieldsLeaf, Ir, MappedLeaf } from '../ir.ts';
import { COMMON, ignoredFlag, readParameters, used } from '../parameters.ts';
import { wordlessIn } from '../several-fields.ts';
import type { Clause } from './dsl-clause.ts';
import { describe, minimumAt, operatorAt, syntax, textAt } from './dsl-reader.ts';
import { withMinimum } from './token-count.ts';
import { zeroTerms } from './zero-terms.ts';

const PARAMETERS = {
  query: used(textAt),
  fields: used(textFieldsAt, `${FIELDS_NOTE}; a boost is 1 or more`),
  operator: used(operatorAt),
  minimum_should_match: used(minimumAt),
  zero_terms_query: zeroTerms,
  auto_generate_synonyms_phrase_query: ignoredFlag,
  ...COMMON,
};

function textFieldsAt(value: unknown, path: string): FieldList {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (given.length === 0) throw syntax(path, 'expected at least one field');
  for (const one of given) {
    const text = textAt(one, path);
    const at = text.indexOf('^');
    if (at >= 0 && !(Number.parseFloat(text.slice(at + 1)) >= 1)) {
      throw syntax(path, `expected a boost from 1 after the ^ of [${text}]`);
    }
  }
  const fields = fieldListAt(given, path);
  const beside = fields.find((field) => field !== null && isMetadata(field));
  if (beside !== undefined) {
    throw syntax(path, `expected texts, but found [${beside}] in ${describe(value)}`);
  }
  return fields;
}

const combinedFields: Clause = {
  parameters: PARAMETERS,
  note: 'Where one of the fields is no text, or texts have different analyzers, it matches nothing',
  read(body, path, { budget }) {
    const values = readParameters(body, path, PARAMETERS);
    const { query: text, fields, operator = 'or', minimum_should_match: minimum } = values;
    if (text === undefined) throw syntax(path, 'expected a [query] text');
    if (fields === undefined) throw syntax(path, 'expected [fields]');
    for (let further = 1; further < fields.length; further++) budget.leaf({ clause: path });
    let leaf: CrossFieldsLeaf = { kind: 'crossFields', fields, text, operator };
    if (minimum !== undefined) leaf = withMinimum(leaf, minimum, `${path}.minimum_should_match`);
    const isAll = values.zero_terms_query === 'all';
    const clauses = [leaf, ...(isAll ? wordlessIn(fields, text) : [])];
    return {
      kind: 'and',
      clauses: [
        { kind: 'or', clauses, atLeast: 1 },
        none(fields, 'others', 1),
        none(fields, 'analyzers', 2),
      ],
    };
  },
};

function none(given: FieldList, among: MappedLeaf['among'], atLeast: number): Ir {
  const fields = given.map((field) => field ?? ALL_FIELDS);
  return { kind: 'not', clause: { kind: 'mapped', fields, among, atLeast } };
}

/** Text that is looked for in several fields as if they were one. */
export const COMBINED: Readonly<Record<string, Clause>> = { combined_fields: combinedFields };
