/**
 * Memory with a count of those who use it, freed when the last one lets go. The collector would
 * free it too, but it hardly sees memory outside of its heap: under load tens of megabytes wait
 * for its next run. Whoever forgets to let go therefore only leaves the memory to the collector.
 */
export class CountedMemory {
  readonly bytes: Buffer;
  #users = 1;
  readonly #free: (bytes: Buffer) => void;

  /** Its maker is its first user. @param bytes a whole buffer of its own, not one of Node's pool */
  constructor(bytes: Buffer, free: (bytes: Buffer) => void = giveBack) {
    this.bytes = bytes;
    this.#free = free;
  }

  retain(): void {
    this.#users++;
  }

  /** After the last one the bytes must not be touched: they are gone, or somebody else's. */
  release(): void {
    if (--this.#users === 0) this.#free(this.bytes);
  }
}

function giveBack({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
