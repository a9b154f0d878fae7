import { isObject, javaText, MappingProblem, notANumber, toBoolean } from './json.ts';
import type { Parameter } from './parameters.ts';

const RANGES: Readonly<Record<string, number>> = { byte: 7, short: 15, integer: 31, long: 63 };

/** Null values of numbers: the number itself, rounded to what the type can hold. */
export const NUMBER_NULL: Parameter = {
  read: (value, { type }) => {
    const number = numberOf(value);
    const bits = RANGES[type];
    if (bits !== undefined) return wholeNumber(number, bits, type);
    if (type === 'unsigned_long') return typeof value === 'string' ? value : number;
    const held =
      type === 'half_float' ? toHalf(number) : type === 'float' ? toFloat(number) : number;
    if (Number.isFinite(held)) return held;
    throw new MappingProblem(
      `[${type}] supports only finite values, but got [${held > 0 ? '' : '-'}Infinity]`,
    );
  },
  nullable: true,
};

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const text = javaText(value);
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw notANumber(text);
  return number;
}

function wholeNumber(number: number, bits: number, type: string): number {
  const limit = 2 ** bits;
  if (number > limit || number < -limit || (bits < 63 && number === limit)) {
    const article = type === 'integer' ? 'an' : 'a';
    throw new MappingProblem(`Value [${number}] is out of range for ${article} ${type}`);
  }
  if (!Number.isInteger(number)) throw new MappingProblem(`Value [${number}] has a decimal part`);
  return number;
}

/** The shortest number that stands for the same 32-bit float. */
function toFloat(number: number): number {
  const float = Math.fround(number);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return float;
}

function toHalf(number: number): number {
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(number))));
  const step = 2 ** (exponent - 10);
  const half = number === 0 ? 0 : Math.round(number / step) * step;
  return Math.abs(half) > 65_504 ? half * Number.POSITIVE_INFINITY : toFloat(half);
}

export const BOOLEAN_NULL: Parameter = { read: toBoolean, nullable: true };

export const TEXT_NULL: Parameter = { read: (value) => javaText(value), nullable: true };

/** As `{lat, lon}`. */
export const GEO_NULL: Parameter = {
  read: (value) => {
    const { lat, lon } = pointOf(value);
    if (!(Math.abs(lat) <= 90))
      throw new MappingProblem(`illegal latitude value [${decimal(lat)}]`);
    if (!(Math.abs(lon) <= 180)) {
      throw new MappingProblem(`illegal longitude value [${decimal(lon)}]`);
    }
    return { lat, lon };
  },
  nullable: true,
};

function decimal(number: number): string {
  return Number.isInteger(number) ? `${number}.0` : String(number);
}

interface Point {
  readonly lat: number;
  readonly lon: number;
}

function pointOf(value: unknown): Point {
  if (isObject(value)) return { lat: numberOf(value['lat']), lon: numberOf(value['lon']) };
  if (Array.isArray(value)) return { lat: numberOf(value[1]), lon: numberOf(value[0]) };
  const text = javaText(value);
  const wkt = /^\s*point\s*\(\s*(\S+)\s+(\S+)(?:\s+\S+)?\s*\)\s*$/i.exec(text);
  if (wkt !== null) return { lat: numberOf(wkt[2]), lon: numberOf(wkt[1]) };
  if (!text.includes(',')) return fromGeohash(text);
  const [lat, lon] = text.split(',');
  return { lat: numberOf(lat), lon: numberOf(lon) };
}

const GEOHASH = '0123456789bcdefghjkmnpqrstuvwxyz';

/** The south-western corner of the cell. */
function fromGeohash(text: string): Point {
  const low = [-180, -90];
  const size = [360, 180];
  let axis = 0;
  for (const letter of text) {
    const bits = GEOHASH.indexOf(letter.toLowerCase());
    if (bits < 0) throw new MappingProblem(`unsupported symbol [${letter}] in geohash [${text}]`);
    for (let bit = 16; bit > 0; bit >>= 1, axis = 1 - axis) {
      size[axis]! /= 2;
      if (bits & bit) low[axis]! += size[axis]!;
    }
  }
  return { lat: low[1]!, lon: low[0]! };
}
