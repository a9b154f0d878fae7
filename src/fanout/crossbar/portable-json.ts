import { RawJson } from '../../crossbar/raw-json.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const LOWER_U = 0x75;

/** Digits, or a power of ten, that may be beyond a double. */
const LONG_NUMBER = 300;
const EXPONENT = /[eE][+-]?\d{3}/;
const LONE_SURROGATE =
  /\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}/g;

/**
 * Valid JSON that Crossbar.io would choke on, or hand on as what is no JSON, made harmless: numbers
 * beyond a double become null (its own way with them is `Infinity`, and to close the connection on
 * 4,300 digits), and escapes of half a character become U+FFFD (it acknowledges the publication, and
 * delivers nothing). Everything else is returned as it is.
 */
export function portable(json: RawJson): RawJson {
  const { bytes, start, end } = json;
  let parts: Buffer[] | undefined;
  let copied = start;
  const replace = (from: number, to: number, text: string) => {
    parts ??= [];
    parts.push(bytes.subarray(copied, from), Buffer.from(text));
    copied = to;
  };
  for (let at = start; at < end; ) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      const { behind, hasUnicode } = readString(bytes, at);
      if (hasUnicode) {
        const text = bytes.toString('latin1', at, behind);
        const fixed = wellFormed(text);
        if (fixed !== text) replace(at, behind, Buffer.from(fixed, 'latin1').toString());
      }
      at = behind;
    } else if (byte === MINUS || (byte >= 0x30 && byte <= 0x39)) {
      let behind = at + 1;
      while (behind < end && isInNumber(bytes[behind]!)) behind++;
      if (behind - at > 4 && isTooBig(bytes, at, behind)) replace(at, behind, 'null');
      at = behind;
    } else {
      at++;
    }
  }
  if (parts === undefined) return json;
  parts.push(bytes.subarray(copied, end));
  return new RawJson(Buffer.concat(parts));
}

function readString(bytes: Buffer, at: number): { behind: number; hasUnicode: boolean } {
  let hasUnicode = false;
  let here = at + 1;
  for (let byte = bytes[here]!; byte !== QUOTE; byte = bytes[++here]!) {
    if (byte !== BACKSLASH) continue;
    here++;
    if (bytes[here] === LOWER_U) hasUnicode = true;
  }
  return { behind: here + 1, hasUnicode };
}

/** @param text a JSON string, one character a byte */
function wellFormed(text: string): string {
  // An escaped backslash before a `u` begins no escape: hidden while the others are looked at.
  return text.replaceAll('\\\\', '\0').replace(LONE_SURROGATE, '\\ufffd').replaceAll('\0', '\\\\');
}

function isTooBig(bytes: Buffer, start: number, end: number): boolean {
  const isLong = end - start > LONG_NUMBER;
  if (!isLong && !EXPONENT.test(bytes.toString('latin1', start, end))) return false;
  return !Number.isFinite(Number(bytes.toString('latin1', start, end)));
}

/** Digits, a point, signs, an exponent. */
function isInNumber(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte | 0x20) === 0x65 ||
    byte === 0x2e ||
    byte === 0x2d ||
    byte === 0x2b
  );
}
