/**
 * Documents that were sent, or wait to be, and that the server has not promised yet: what has to
 * be sent again over a new connection.
 */
export class Unacknowledged {
  #documents: Buffer[] = [];
  /** How many of them the present upload has been given. */
  #sent = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#documents.length;
  }

  add(documents: readonly Buffer[]): void {
    for (const document of documents) {
      this.#documents.push(document);
      this.#bytes += document.length;
    }
  }

  /** @returns what the present upload has not been given yet, as one piece */
  takeUnsent(): Buffer | null {
    if (this.#sent === this.#documents.length) return null;
    const piece = Buffer.concat(this.#documents.slice(this.#sent));
    this.#sent = this.#documents.length;
    return piece;
  }

  /** The first `count` documents are promised. */
  acknowledge(count: number): void {
    for (const document of this.#documents.splice(0, count)) this.#bytes -= document.length;
    this.#sent -= Math.min(count, this.#sent);
  }

  /** The upload is over: what it did not get acknowledged goes into the next one. */
  rewind(): void {
    this.#sent = 0;
  }
}
