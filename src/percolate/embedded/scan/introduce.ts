import { detectDate } from '../../../mapping/dates.ts';
import {
  DATE_FIELD,
  type FieldType,
  FLOAT_FIELD,
  LONG_FIELD,
  SLASH_DATE_FIELD,
  TEXT_FIELD,
} from '../../../mapping/field-type.ts';
import type { FieldTree } from '../fields/field-tree.ts';

const NUMBER_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?$/;

/** Gives a type to a field whose first value is a text; false when it gets none. */
export function introduceText(tree: FieldTree, node: number, text: string): boolean {
  return tree.assign(node, detect(text));
}

/** The type that Elasticsearch's dynamic mapping gives to a string that no field has had yet. */
function detect(text: string): FieldType {
  const format = NUMBER_TEXT.test(text) ? null : detectDate(text);
  return format === null ? TEXT_FIELD : format === 'iso' ? DATE_FIELD : SLASH_DATE_FIELD;
}

/** The same for a number, as written. */
export function typeOfNumber(text: string): FieldType {
  return /^-?\d+$/.test(text) ? LONG_FIELD : FLOAT_FIELD;
}
