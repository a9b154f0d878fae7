/** Frees memory that is known to be nobody else's, now instead of at some later collection. */
export function freeMemory(bytes: Buffer): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Whether the bytes have their memory to themselves, and are no part of a pool or a larger read. */
export function isWholeBuffer(bytes: Buffer): boolean {
  return bytes.length === bytes.buffer.byteLength;
}

/** The text as bytes in memory of their own. */
export function ownBytes(texts: readonly string[]): Buffer {
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const text of texts) at += bytes.write(text, at);
  return bytes;
}
