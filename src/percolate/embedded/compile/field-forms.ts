import type { FieldKind } from '../../../mapping/field-kind.ts';
import { isFieldPattern } from '../../../query/field-patterns.ts';

/**
 * What a field can be in some index, besides what dynamic mapping can make of it. Queries that ask for
 * the field have a further alternative for each.
 */
export interface FieldForm {
  /** Tells the forms of a path apart; equal for kinds that queries ask in the same way. */
  readonly name: string;
  /**
   * Path under which documents offer the field's terms: its own, or, where the same class of terms means something
   * else than under dynamic mapping, one of the form's own. Null is any field.
   */
  readonly place: string | null;
  readonly kind: FieldKind;
  /** Of a field in a flattened object: its path there. Terms begin with it, see form-flattened.ts. */
  readonly key?: string;
}

/** The forms that fields have in the indices of this node. */
export interface FieldForms {
  /** Null asks whether keywords stand somewhere else than below a text with the same values. */
  canBeKeyword(path: string | null): boolean;
  /** Null asks for the forms of all fields. */
  of(path: string | null): readonly FieldForm[];
  /** What indices mean by an analyzer of their settings: see `analyzerText`; null for one that is not had here. */
  analyzers(name: string): Iterable<string | null>;
  /** Paths that have forms or can be keywords: for patterns of field names. */
  paths(): Iterable<string>;
}

const NONE: readonly FieldForm[] = [];

/** Under dynamic mapping only the sub-field `.keyword` of a text is a keyword. */
export function isKeywordBelowText(path: string): boolean {
  return path.endsWith('.keyword') || isFieldPattern(path);
}

/** Where no index has an explicit mapping. */
export const DYNAMIC_FORMS: FieldForms = {
  canBeKeyword: (path) => path !== null && isKeywordBelowText(path),
  of: () => NONE,
  analyzers: () => [],
  paths: () => [],
};
