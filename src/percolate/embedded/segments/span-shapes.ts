/** The third word of an OP_SPANS: what becomes of its children. */
export const SPANS_ORDERED = 1;
export const SPANS_UNORDERED = 2;
export const SPANS_OR = 3;
export const SPANS_NOT = 4;
export const SPANS_FIRST = 5;
export const SPANS_CONTAINING = 6;
export const SPANS_WITHIN = 7;
export const SPANS_GAP = 8;
export const SPANS_TERMS = 9;
export const SPANS_WHERE = 10;

/** Where the children of an OP_SPANS begin. */
export const SPANS_CHILDREN = 5;
