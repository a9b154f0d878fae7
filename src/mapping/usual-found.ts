import type { Found } from './dynamic-rules.ts';
import {
  BOOLEAN_FIELD,
  DATE_FIELD,
  type FieldType,
  FLOAT_FIELD,
  LONG_FIELD,
  OBJECT,
  SLASH_DATE_FIELD,
  TEXT_FIELD,
} from './field-type.ts';

/** What dynamic mapping has found where it gives these types. */
export const USUAL_FOUND: Readonly<Record<FieldType, Found>> = {
  [OBJECT]: 'object',
  [TEXT_FIELD]: 'string',
  [LONG_FIELD]: 'long',
  [FLOAT_FIELD]: 'double',
  [BOOLEAN_FIELD]: 'boolean',
  [DATE_FIELD]: 'date',
  [SLASH_DATE_FIELD]: 'date',
};
