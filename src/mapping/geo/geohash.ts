const DIGITS = '0123456789bcdefghjkmnpqrstuvwxyz';
/** Characters beyond these say nothing. */
const MAX_LENGTH = 12;

/** Degrees. */
export interface GeohashCell {
  readonly bottom: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
}

/** The cell that a geohash names, in lower case; null when it is none. */
export function geohashCell(text: string): GeohashCell | null {
  if (text === '') return null;
  let bottom = -90;
  let left = -180;
  let height = 180;
  let width = 360;
  let isLongitude = true;
  for (const character of text.slice(0, MAX_LENGTH)) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return null;
    for (let bit = 16; bit > 0; bit >>= 1) {
      const isUpper = (digit & bit) !== 0;
      if (isLongitude) {
        width /= 2;
        if (isUpper) left += width;
      } else {
        height /= 2;
        if (isUpper) bottom += height;
      }
      isLongitude = !isLongitude;
    }
  }
  return { bottom, left, top: bottom + height, right: left + width };
}

/** The geohash of twelve characters in whose cell a point lies. */
export function geohashOf({ lat, lon }: { readonly lat: number; readonly lon: number }): string {
  let [south, height, west, width] = [-90, 180, -180, 360];
  let text = '';
  let digit = 0;
  for (let bit = 0; bit < MAX_LENGTH * 5; bit++) {
    digit *= 2;
    if (bit % 2 === 0) {
      width /= 2;
      if (lon >= west + width) {
        west += width;
        digit++;
      }
    } else {
      height /= 2;
      if (lat >= south + height) {
        south += height;
        digit++;
      }
    }
    if (bit % 5 < 4) continue;
    text += DIGITS[digit]!;
    digit = 0;
  }
  return text;
}
