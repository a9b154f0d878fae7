/** Types that a field has under dynamic mapping; the numbers are what workers and logs exchange. */
export const UNMAPPED = 0;
export const OBJECT = 1;
/** `text` with a `.keyword` sub-field of at most {@link IGNORE_ABOVE} characters. */
export const TEXT_FIELD = 2;
export const LONG_FIELD = 3;
export const FLOAT_FIELD = 4;
export const BOOLEAN_FIELD = 5;
export const DATE_FIELD = 6;
/** `date` with the formats `yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis`. */
export const SLASH_DATE_FIELD = 7;
export const KEYWORD_FIELD = 8;

export type FieldType = number;

export const IGNORE_ABOVE = 256;
/** Distance between the last token of one array element and the first of the next. */
export const POSITION_GAP = 100;

/** How many fields a field of this type counts for: a text brings its keyword. */
export function fieldCount(type: FieldType): number {
  return type === TEXT_FIELD ? 2 : 1;
}

/** A field that the mapping leaves out: dynamic mapping is off there. */
export const NOT_MAPPED = 15;
