import { unsupported } from '../dsl/dsl-reader.ts';
import type { FieldList } from '../field-list.ts';
import { inAny } from '../field-list.ts';
import { isFieldPattern } from '../field-patterns.ts';
import { isMetadata } from '../fields.ts';
import type { Ir } from '../ir.ts';
import type { Place } from '../limits.ts';

/**
 * What stands in quotes, with a `quote_field_suffix`: it is looked for in the field whose name has the suffix,
 * where an index maps one, else in the field itself.
 */
export function inQuotedFields(
  fields: FieldList,
  suffix: string,
  phrase: (field: string | null) => Ir,
): Ir {
  return inAny(fields, (field) => {
    if (field === null || isMetadata(field)) return phrase(field);
    const other = field + suffix;
    const instead: Ir = { kind: 'and', clauses: [isMapped(field), phrase(other)] };
    const notMapped: Ir = { kind: 'not', clause: isMapped(other) };
    const itself: Ir = { kind: 'and', clauses: [notMapped, phrase(field)] };
    return { kind: 'or', clauses: [instead, itself], atLeast: 1 };
  });
}

function isMapped(field: string): Ir {
  return { kind: 'mapped', fields: [field], among: 'all', atLeast: 1 };
}

/**
 * @param absent when the phrase counts as not written
 * @throws EstromError QUERY_UNSUPPORTED where only a mapping tells which fields there are
 */
export function checkSuffixed(
  fields: FieldList,
  absent: Ir | null,
  analyzer: string | undefined,
  { clause }: Place,
): void {
  const path = `${clause}.quote_field_suffix`;
  if (fields.some((field) => field === null || isFieldPattern(field))) {
    throw unsupported(path, 'a phrase in fields that are not named', 'name the fields');
  }
  if (absent !== null && analyzer === undefined) {
    throw unsupported(path, 'a phrase without letters and digits', 'leave it out');
  }
}
