import type { RunShape } from './item-template.ts';

/** Bytes of one piece of a long answer. */
const PIECE = 64 * 1024;
const COMMA = 0x2c;
const MAX_DIGITS = 16;

/** Documents that all went well with ids made here: their items differ in two numbers. */
export interface Run {
  readonly shape: RunShape;
  readonly firstId: number;
  readonly firstSeqNo: number;
  readonly count: number;
}

/**
 * Writes the items of runs as bytes. An answer to gigabytes is itself a gigabyte: made of strings
 * it would be as much garbage, which the collector lets pile up.
 */
export function* runPieces(run: Run): Generator<Buffer> {
  const { parts, numbers } = run.shape;
  const size = parts.reduce((sum, part) => sum + part.length, numbers.length * MAX_DIGITS + 1);
  let piece = Buffer.allocUnsafeSlow(Math.max(PIECE, size));
  let at = 0;
  for (let i = 0; i < run.count; i++) {
    if (piece.length - at < size) {
      yield piece.subarray(0, at);
      piece = Buffer.allocUnsafeSlow(piece.length);
      at = 0;
    }
    if (i > 0) piece[at++] = COMMA;
    piece.set(parts[0]!, at);
    at += parts[0]!.length;
    for (let k = 0; k < numbers.length; k++) {
      at = writeNumber(piece, at, (numbers[k] === 'id' ? run.firstId : run.firstSeqNo) + i);
      piece.set(parts[k + 1]!, at);
      at += parts[k + 1]!.length;
    }
  }
  yield piece.subarray(0, at);
}

/** @returns the byte after the last digit */
function writeNumber(target: Buffer, at: number, number: number): number {
  let end = at + 1;
  for (let limit = 10; number >= limit; limit *= 10) end++;
  let rest = number;
  for (let i = end - 1; i >= at; i--) {
    const tens = Math.floor(rest / 10);
    target[i] = 0x30 + rest - tens * 10;
    rest = tens;
  }
  return end;
}
