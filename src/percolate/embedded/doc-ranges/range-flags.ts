import type { RangeRelation } from '../../../query/ir.ts';

/** What an OP_DOC_RANGE asks: the relation, and bits. */
export const RELATIONS: readonly RangeRelation[] = ['intersects', 'within', 'contains'];
export const INTERSECTS = 0;
export const WITHIN = 1;
export const CONTAINS = 2;
export const RELATION_MASK = 3;

/**
 * Its terms are the texts of the bounds, 0 for an open one, to be read at the time of matching. Else the first
 * is the range in the bytes of range-bytes.ts, and there is no second.
 */
export const MOVING = 4;
export const OPEN_LOW = 8;
export const OPEN_HIGH = 16;
export const INCLUDE_LOWER = 32;
export const INCLUDE_UPPER = 64;
