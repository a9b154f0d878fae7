import type { CrossFieldsLeaf } from '../../../query/ir.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import { type Clause, or } from './clauses.ts';
import { compileLeaf } from './compile-leaf.ts';
import { checkWords, readBy } from './query-text.ts';

/** A text whose words may be in different fields, as `multi_match` of the type `cross_fields` asks it. */
export function crossFields(leaf: CrossFieldsLeaf, fields: readonly FieldInfo[]): Clause {
  const { text, operator, minimum, analyzer } = leaf;
  // In a list these characters would be a boost and a pattern.
  const isPlain = ({ path, family, indexed }: FieldInfo) =>
    (family === 'text' || analyzer !== undefined) && indexed && !/[*^]/.test(path);
  const texts = fields.filter(isPlain);
  const least = minimum === undefined ? {} : { minimum_should_match: minimum };
  const clauses: Clause[] = fields
    .filter((field) => !isPlain(field))
    .map((field) => compileLeaf({ kind: 'match', field: field.path, ...asked(leaf) }, field));
  const [first] = texts;
  if (first !== undefined) {
    checkWords(text, first, analyzer);
    const paths = texts.map(({ path }) => path);
    const type = { type: 'cross_fields', ...readBy(analyzer), lenient: true };
    clauses.push({ multi_match: { query: text, fields: paths, operator, ...least, ...type } });
  }
  return or(clauses);
}

function asked({ text, operator, minimum, analyzer }: CrossFieldsLeaf) {
  return { text, operator, ...(minimum !== undefined && { minimum }), ...readBy(analyzer) };
}
