import { dateFormat } from '../../../mapping/date-formats/date-format.ts';
import { detectDate } from '../../../mapping/dates.ts';
import type { IndexRules } from '../../../mapping/dynamic-rules.ts';
import {
  DATE_FIELD,
  type FieldType,
  FLOAT_FIELD,
  LONG_FIELD,
  SLASH_DATE_FIELD,
  TEXT_FIELD,
} from '../../../mapping/field-type.ts';
import { SLASH_FORMAT } from '../../../mapping/kind-table.ts';
import { readNumber } from '../../../mapping/number-kinds.ts';
import type { FieldTree } from '../fields/field-tree.ts';

const NUMBER_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?$/;
const WHOLE_TEXT = /^[+-]?\d+$/;

/** Gives a type to a field whose first value is a text; false when it gets none. @throws StrictMapping */
export function introduceText(tree: FieldTree, node: number, text: string): boolean {
  const rules = tree.kinds.rulesFor(node);
  if (rules === undefined) return tree.assign(node, detect(text));
  if (NUMBER_TEXT.test(text)) {
    if (rules.numericDetection !== true) return tree.assign(node, TEXT_FIELD);
    const isLong = WHOLE_TEXT.test(text) && readNumber('long', text, 'string') !== null;
    return tree.assign(node, isLong ? LONG_FIELD : FLOAT_FIELD);
  }
  if (rules.dateDetection === false) return tree.assign(node, TEXT_FIELD);
  return introduceDate(tree, node, text, rules);
}

function introduceDate(tree: FieldTree, node: number, text: string, rules: IndexRules): boolean {
  if (rules.dynamicDateFormats === undefined) {
    const type = detect(text);
    return type === SLASH_DATE_FIELD
      ? tree.assign(node, type, 'date', SLASH_FORMAT)
      : tree.assign(node, type);
  }
  const format = rules.dynamicDateFormats.find((each) => dateFormat(each).parse(text) !== null);
  return format === undefined
    ? tree.assign(node, TEXT_FIELD)
    : tree.assign(node, DATE_FIELD, 'date', format);
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
