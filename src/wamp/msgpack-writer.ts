const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;

const NIL = 0xc0;
const FALSE = 0xc2;
const TRUE = 0xc3;
const FLOAT64 = 0xcb;
const UINT64 = 0xcf;
const INT64 = 0xd3;
const ARRAY32 = 0xdd;
const MAP32 = 0xdf;

const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Short strings are copied byte by byte, for which a call into native code costs more. */
const SHORT = 24;

let out = Buffer.allocUnsafeSlow(64 * 1024);
let used = 0;
/** Of the open containers: where each one's count stands in `out`, and the count so far. */
let heads = new Uint32Array(64);
let counts = new Uint32Array(64);

/**
 * Writes JSON as MessagePack without an object between. Integers that fit 64 bits stay integers,
 * other numbers are doubles; the sizes of containers are written in 32 bits, because they are known
 * at their end only.
 * @param json holds valid JSON from `start` to `end`
 */
export function jsonToMsgpack(json: Buffer, start = 0, end = json.length): Buffer {
  used = 0;
  let depth = 0;
  let at = start;
  while (at < end) {
    const byte = json[at]!;
    if (byte <= 0x20 || byte === COMMA || byte === COLON) {
      at++;
      continue;
    }
    // A string, a number or the like: at most 9 bytes for 1 of text, strings make their own room.
    reserve(16);
    if (byte === 0x7d || byte === 0x5d) {
      depth--;
      // A member is a key and a value, both counted.
      const count = counts[depth]!;
      out.writeUInt32BE(byte === 0x7d ? count / 2 : count, heads[depth]!);
      at++;
      continue;
    }
    if (depth > 0) counts[depth - 1]!++;
    if (byte === QUOTE) {
      at = writeString(json, at + 1);
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth === heads.length) deepen();
      out[used] = byte === 0x7b ? MAP32 : ARRAY32;
      heads[depth] = used + 1;
      counts[depth] = 0;
      used += 5;
      depth++;
      at++;
    } else if (byte === 0x74) {
      out[used++] = TRUE;
      at += 4;
    } else if (byte === 0x66) {
      out[used++] = FALSE;
      at += 5;
    } else if (byte === 0x6e) {
      out[used++] = NIL;
      at += 4;
    } else {
      at = writeNumber(json, at, end);
    }
  }
  // From the pool of Node: it is copied at once, into a chunk or a frame.
  const packed = Buffer.allocUnsafe(used);
  out.copy(packed, 0, 0, used);
  // One giant must not keep its room for good.
  if (out.length > 1024 * 1024) out = Buffer.allocUnsafeSlow(64 * 1024);
  return packed;
}

/** @returns the offset behind the closing quote */
function writeString(json: Buffer, start: number): number {
  let end = start;
  let escaped = false;
  for (let byte = json[end]!; byte !== QUOTE; byte = json[++end]!) {
    if (byte !== BACKSLASH) continue;
    escaped = true;
    end++;
  }
  if (escaped) {
    const text = JSON.parse(json.toString('utf8', start - 1, end + 1)) as string;
    writeStringHead(Buffer.byteLength(text));
    used += out.write(text, used, 'utf8');
    return end + 1;
  }
  const length = end - start;
  writeStringHead(length);
  if (length <= SHORT) for (let k = 0; k < length; k++) out[used + k] = json[start + k]!;
  else json.copy(out, used, start, end);
  used += length;
  return end + 1;
}

function writeStringHead(length: number): void {
  reserve(length + 5);
  if (length < 32) {
    out[used++] = 0xa0 | length;
  } else if (length < 256) {
    out[used++] = 0xd9;
    out[used++] = length;
  } else if (length < 65_536) {
    out[used++] = 0xda;
    used = out.writeUInt16BE(length, used);
  } else {
    out[used++] = 0xdb;
    used = out.writeUInt32BE(length, used);
  }
}

/** @returns the offset behind the number */
function writeNumber(json: Buffer, start: number, end: number): number {
  const isNegative = json[start] === MINUS;
  let at = isNegative ? start + 1 : start;
  const digits = at;
  let value = 0;
  for (; at < end; at++) {
    const byte = json[at]!;
    if (byte < 0x30 || byte > 0x39) break;
    value = value * 10 + byte - 0x30;
  }
  const next = at < end ? json[at] : COMMA;
  if (next === 0x2e || next === 0x65 || next === 0x45 || (isNegative && value === 0)) {
    while (at < end && isInNumber(json[at]!)) at++;
    writeDouble(Number(json.toString('latin1', start, at)));
  } else if (at - digits < 16) {
    writeInteger(isNegative ? -value : value);
  } else {
    writeLong(BigInt(json.toString('latin1', start, at)));
  }
  return at;
}

/** Digits, signs, a point, an exponent. */
function isInNumber(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2e ||
    byte === 0x65 ||
    byte === 0x45 ||
    byte === 0x2b ||
    byte === MINUS
  );
}

function writeDouble(value: number): void {
  out[used] = FLOAT64;
  used = out.writeDoubleBE(value, used + 1);
}

function writeInteger(value: number): void {
  if (value >= 0 && value < 128) {
    out[used++] = value;
  } else if (value < 0 && value >= -32) {
    out[used++] = value & 255;
  } else if (value >= 0 && value < 2 ** 32) {
    out[used] = 0xce;
    used = out.writeUInt32BE(value, used + 1);
  } else if (value < 0 && value >= -(2 ** 31)) {
    out[used] = 0xd2;
    used = out.writeInt32BE(value, used + 1);
  } else {
    writeLong(BigInt(value));
  }
}

function writeLong(value: bigint): void {
  if (value >= 0 && value <= MAX_UINT64) {
    out[used] = UINT64;
    used = out.writeBigUInt64BE(value, used + 1);
  } else if (value < 0 && value >= MIN_INT64) {
    out[used] = INT64;
    used = out.writeBigInt64BE(value, used + 1);
  } else {
    writeDouble(Number(value));
  }
}

function reserve(bytes: number): void {
  if (used + bytes <= out.length) return;
  const grown = Buffer.allocUnsafeSlow(Math.max(out.length * 2, used + bytes));
  out.copy(grown, 0, 0, used);
  out = grown;
}

function deepen(): void {
  const [oldHeads, oldCounts] = [heads, counts];
  heads = new Uint32Array(oldHeads.length * 2);
  counts = new Uint32Array(oldCounts.length * 2);
  heads.set(oldHeads);
  counts.set(oldCounts);
}
