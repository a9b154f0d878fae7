import { LONE_TOKEN, withMinimum } from './dsl/token-count.ts';
import type { FieldList } from './field-list.ts';
import { ALL_FIELDS, isFieldPattern } from './field-patterns.ts';
import { isMetadata } from './fields.ts';
import type { CrossFieldsLeaf, Ir, MappedLeaf, MatchLeaf } from './ir.ts';
import { tokenMinimum } from './minimum-should-match.ts';

/** Whether a clause names one field, so that nothing else depends on which fields are mapped. */
export function isOneField(fields: FieldList): boolean {
  const [field] = fields;
  return fields.length === 1 && typeof field === 'string' && !isFieldPattern(field);
}

/**
 * When a text without letters and digits counts as not written: where no token of it is left in any of the
 * fields that are mapped. Null where that is never so.
 */
export function absentOver(fields: FieldList, text: string, analyzer?: string): Ir | null {
  if (analyzer !== undefined) {
    return { kind: 'or', clauses: wordlessIn(fields, text, analyzer), atLeast: 1 };
  }
  const names = fields.filter((field) => field !== null);
  if (names.length < fields.length || names.some(isMetadata)) return null;
  const [first] = names;
  if (isOneField(fields)) return { kind: 'wordless', field: first!, text };
  return {
    kind: 'and',
    clauses: [
      mapped(names, 'all', 1),
      not(mapped(names, 'others', 1)),
      ...names.map((field): Ir => {
        const wordless: Ir = { kind: 'wordless', field, text };
        const absent = not(mapped([field], 'all', 1));
        return { kind: 'or', clauses: [wordless, absent], atLeast: 1 };
      }),
    ],
  };
}

/** The same of a clause for which only texts use the analyzer, others take it as it is written. */
export function absentOverTexts(fields: FieldList, text: string, analyzer: string): Ir | null {
  const names = fields.filter((field) => field !== null);
  if (names.length < fields.length || names.some(isMetadata)) return null;
  const wordless: Ir = { kind: 'or', clauses: wordlessIn(names, text, analyzer), atLeast: 1 };
  return and([mapped(names, 'texts', 1), not(mapped(names, 'others', 1)), wordless]);
}

/** Where some field finds no token in the text: what `zero_terms_query: all` makes match every document. */
export function wordlessIn(fields: FieldList, text: string, analyzer?: string): Ir[] {
  const read = { text, ...(analyzer !== undefined && { analyzer }) };
  return fields
    .filter((field) => field === null || !isMetadata(field))
    .map((field) => ({ kind: 'wordless', field: field ?? ALL_FIELDS, ...read }));
}

/**
 * The words of a lone text of a query string, a minimum of which has to match. Elasticsearch heeds it where
 * only one field is mapped of those that are asked, or, with `cross_fields`, only texts are.
 * @param query the same without a minimum
 * @param path of the minimum_should_match, for errors
 */
export function leastWords(
  query: Ir,
  leaf: MatchLeaf | CrossFieldsLeaf,
  fields: FieldList,
  spec: string,
  path: string,
): Ir {
  const counted = tokenMinimum(spec, leaf.operator, path);
  const isAsWritten = counted.operator === leaf.operator && counted.minimum === undefined;
  if (isAsWritten || LONE_TOKEN.test(leaf.text)) return query;
  const names = fields.map((field) => field ?? ALL_FIELDS);
  const plain = names.filter((name) => !isMetadata(name));
  const beside = names.length - plain.length;
  if (leaf.kind === 'crossFields') {
    // An analyzer for all of them makes the same words of each type.
    if (leaf.analyzer !== undefined) return { ...leaf, ...counted };
    if (beside > 0) return query;
    const unheeded = mapped(plain, 'others', 1);
    const least: Ir = { ...leaf, ...counted };
    return and([query, { kind: 'or', clauses: [unheeded, least], atLeast: 1 }]);
  }
  if (isOneField(fields)) return withMinimum({ ...leaf, field: names[0]! }, spec, path);
  if (beside > 1) return query;
  const least = fields
    .filter((field) => field === null || !isMetadata(field))
    .map((field): Ir => ({ ...leaf, field, ...counted }));
  const unheeded = mapped(plain, 'all', 2 - beside);
  return and([query, { kind: 'or', clauses: [unheeded, ...least], atLeast: 1 }]);
}

function mapped(fields: readonly string[], among: MappedLeaf['among'], atLeast: number): Ir {
  return { kind: 'mapped', fields, among, atLeast };
}

function not(clause: Ir): Ir {
  return { kind: 'not', clause };
}

function and(clauses: readonly Ir[]): Ir {
  return { kind: 'and', clauses };
}
