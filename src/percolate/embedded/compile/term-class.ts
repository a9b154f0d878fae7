/**
 * The kinds of term that queries and documents meet in. A term is (field or any field, class,
 * bytes). Because the class is part of the term, a query need not know the type of its field: it
 * asks for the text `200` and for the integer 200 at once, and a document offers only the one that
 * its mapping says. So a change of a dynamic mapping compiles no query again.
 */
export const TEXT = 1;
/** Whole value of a `keyword` field. */
export const KEYWORD = 2;
/** Canonical decimal text of a 64-bit integer. */
export const LONG = 3;
/** Shortest decimal text of the value rounded to 32-bit precision. */
export const FLOAT = 4;
export const BOOLEAN = 5;
/** Milliseconds since the epoch, as decimal text, of fields in the ISO formats. */
export const DATE = 6;
/** The field, or one below it, has a value; no bytes. */
export const EXISTS = 7;
/** An index expression that covers the document's index. */
export const INDEX = 8;
/** The field has a value of this class: the anchor of range clauses; no bytes. */
export const HAS_TEXT = 9;
export const HAS_KEYWORD = 10;
export const HAS_LONG = 11;
export const HAS_FLOAT = 12;
export const HAS_DATE = 13;
/** Bound of a range over strings: kept in the dictionary for its bytes, no document offers it. */
export const BOUND = 14;
/** Like DATE, for fields that were detected as `yyyy/MM/dd`: the same query text means another time there. */
export const SLASH_DATE = 15;
export const HAS_SLASH_DATE = 16;
/** The document's index maps the field as text; no bytes, or {@link ANY_TEXT}. */
export const MAPPED_TEXT = 17;
/** Text of a MAPPED_TEXT term that holds also where the field is not indexed. */
export const ANY_TEXT = 'any';
/** A run of bytes that a token or keyword has, for wildcards: the first byte tells where, see pattern-parts.ts. */
export const PART = 18;
/** The field has a value of one of the classes whose bits are the term's bytes: what excludes ranges goes by it. */
export const HAS_VALUE = 19;
/** Points on the earth; as terms, the cells that queries stand under, see geo/cells.ts. */
export const GEO_POINT = 20;
export const IP = 21;
export const DOUBLE = 22;
export const HAS_GEO_POINT = 23;
export const HAS_IP = 24;
export const HAS_DOUBLE = 25;
/** The document's `_id`. */
export const DOC_ID = 26;
/**
 * Terms of a form of a field (see field-forms.ts), under a path of its own: tokens or whole values, and
 * numbers. No query asks for them in any field.
 */
export const FORM_TEXT = 27;
export const FORM_NUMBER = 28;

/** Ranges as values, of fields that hold such; they are never looked up as terms. */
export const DOC_RANGE = 29;

/** Shapes on the earth, as {@link GEO_POINT} are points; without bytes, the field has one. */
export const GEO_SHAPE = 30;

/** Whether it is one of the classes that explicit mappings alone bring. */
export function isValueOfForm(termClass: number): boolean {
  return (FORM_VALUES & (1 << termClass)) !== 0;
}

const FORM_VALUES = (1 << IP) | (1 << DOUBLE) | (1 << FORM_TEXT) | (1 << FORM_NUMBER);

/** Terms without a field that no value is: kept for their bytes, or found in other ways. */
export const NOT_VALUES = (1 << BOUND) | (1 << PART) | (1 << HAS_VALUE);

const ANCHORS = new Map([
  [TEXT, HAS_TEXT],
  [KEYWORD, HAS_KEYWORD],
  [LONG, HAS_LONG],
  [FLOAT, HAS_FLOAT],
  [DATE, HAS_DATE],
  [SLASH_DATE, HAS_SLASH_DATE],
  [GEO_POINT, HAS_GEO_POINT],
  [GEO_SHAPE, GEO_SHAPE],
  [IP, HAS_IP],
  [DOUBLE, HAS_DOUBLE],
  [FORM_TEXT, HAS_TEXT],
  [FORM_NUMBER, HAS_DOUBLE],
  [DOC_RANGE, HAS_DOUBLE],
]);

/** The anchor class of ranges over a value class. */
export function anchorOf(valueClass: number): number {
  return ANCHORS.get(valueClass) ?? EXISTS;
}

/** Whether a value of the class always comes with a marker that is its anchor. */
export function hasMarker(valueClass: number): boolean {
  return (MARKED & (1 << valueClass)) !== 0;
}

/** Whether a class of terms says only that a field has a value of some class. */
export function isMarker(termClass: number): boolean {
  return (MARKERS & (1 << termClass)) !== 0;
}

/** Whether terms of this class are texts with an order, whose parts patterns look for. */
export function isTextual(termClass: number): boolean {
  return (TEXTUAL & (1 << termClass)) !== 0;
}

export const TEXTUAL_CLASSES: readonly number[] = [TEXT, KEYWORD, IP, FORM_TEXT];
const TEXTUAL = TEXTUAL_CLASSES.reduce((bits, termClass) => bits | (1 << termClass), 0);

const MARKED = [...ANCHORS.keys()].reduce((bits, termClass) => bits | (1 << termClass), 0);
const MARKERS = [...ANCHORS.values()].reduce((bits, marker) => bits | (1 << marker), 0);
