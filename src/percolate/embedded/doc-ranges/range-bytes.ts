import { type Address, isV4 } from '../../../mapping/ip.ts';
import type { RangeEnd, RangeSpan } from '../../../mapping/range-kinds.ts';

/**
 * A range as bytes: keys of its ends, which presearch goes by, as two doubles, then both ends in as many bytes each,
 * which compare as Lucene's do.
 */
export const KEYS_BYTES = 16;

const TWO_32 = 4_294_967_296;
const TWO_48 = 2 ** 48;
/** Beyond it keys stand for addresses behind those of version 4. */
const BEHIND_V4 = 2 ** 33;

const LITTLE_ENDIAN = true;

export function spanBytes({ low, high }: RangeSpan): Uint8Array {
  const width = typeof low === 'object' ? 16 : 8;
  const bytes = new Uint8Array(KEYS_BYTES + 2 * width);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, endKey(low), LITTLE_ENDIAN);
  view.setFloat64(8, endKey(high), LITTLE_ENDIAN);
  writeEnd(view, KEYS_BYTES, low);
  writeEnd(view, KEYS_BYTES + width, high);
  return bytes;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The key of a range's low or high end, where its bytes begin at `at`. */
export function keyAt(bytes: Uint8Array, at: number, end: 'low' | 'high'): number {
  const from = end === 'low' ? at : at + 8;
  for (let i = 0; i < 8; i++) scratch.setUint8(i, bytes[from + i]!);
  return scratch.getFloat64(0, LITTLE_ENDIAN);
}

/** Never in another order than the ends, though some that differ have the same key. */
function endKey(end: RangeEnd): number {
  return typeof end === 'object' ? addressKey(end) : Number(end);
}

function addressKey(address: Address): number {
  const [a, b, c, d] = address;
  if (isV4(address)) return d;
  if (a === 0 && b === 0 && c < 0xffff) return c * TWO_32 + d - TWO_48;
  return BEHIND_V4 + a * TWO_32 + b;
}

function writeEnd(view: DataView, at: number, end: RangeEnd): void {
  if (typeof end === 'object') {
    for (const [i, word] of end.entries()) view.setUint32(at + 4 * i, word);
    return;
  }
  if (typeof end === 'bigint') {
    view.setBigInt64(at, end ^ SIGN);
    return;
  }
  view.setFloat64(at, end);
  const bits = view.getBigInt64(at);
  view.setBigInt64(at, bits < 0n ? ~bits : bits ^ SIGN);
}

const SIGN = -(2n ** 63n);
