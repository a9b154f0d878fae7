import { hashBytes, mix, termSalt } from '../memory/hash.ts';

/**
 * The earth in squares of encoded coordinates: one at level 0, each cut into four at the next. A cell is a
 * term of its field: level, column and row as bytes.
 */
export const MAX_LEVEL = 26;
export const CELL_BYTES = 9;

const OFFSET = 2 ** 31;

/** Writes the term's bytes of the cell at a level in which a point lies. */
export function writeCell(into: Uint8Array, level: number, lat: number, lon: number): void {
  writeCellAt(into, level, columnOf(lon, level), columnOf(lat, level));
}

export function writeCellAt(into: Uint8Array, level: number, column: number, row: number): void {
  into[0] = level;
  into[1] = column;
  into[2] = column >>> 8;
  into[3] = column >>> 16;
  into[4] = column >>> 24;
  into[5] = row;
  into[6] = row >>> 8;
  into[7] = row >>> 16;
  into[8] = row >>> 24;
}

/** Column or row of an encoded coordinate. */
export function columnOf(encoded: number, level: number): number {
  return level === 0 ? 0 : (encoded + OFFSET) >>> (32 - level);
}

/** Least encoded coordinate of a column or row. */
export function firstOf(column: number, level: number): number {
  return column * 2 ** (32 - level) - OFFSET;
}

/** Greatest encoded coordinate of a column or row. */
export function lastOf(column: number, level: number): number {
  return firstOf(column + 1, level) - 1;
}

/** The hash by which dictionaries find a cell. @param pathHash of the field */
export function cellHash(bytes: Uint8Array, pathHash: number, termClass: number): number {
  return mix(hashBytes(bytes, 0, CELL_BYTES), termSalt(pathHash, termClass));
}
