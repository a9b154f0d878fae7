const NEWLINE = 0x0a;

/**
 * Cuts a byte stream into lines and makes a document of each: a line that is a JSON object is one
 * as it is, any other becomes the `message` of one. Blank lines are nothing.
 */
export class IngestLines {
  #rest: Buffer[] = [];

  /** @returns the documents that are complete now, each with its newline */
  take(chunk: Buffer): Buffer[] {
    const documents: Buffer[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#rest.push(chunk.subarray(from, at));
      this.#finishLine(documents);
      from = at + 1;
    }
    // Copied, because a small rest would keep its large chunk.
    if (from < chunk.length) this.#rest.push(Buffer.from(chunk.subarray(from)));
    return documents;
  }

  /** @returns the last line, when it had no newline */
  end(): Buffer[] {
    const documents: Buffer[] = [];
    this.#finishLine(documents);
    return documents;
  }

  #finishLine(documents: Buffer[]): void {
    const line = Buffer.concat(this.#rest).toString().trim();
    this.#rest = [];
    if (line !== '') documents.push(Buffer.from(`${toDocument(line)}\n`));
  }
}

function toDocument(line: string): string {
  if (isJsonObject(line)) return line;
  return JSON.stringify({ '@timestamp': new Date().toISOString(), message: line });
}

function isJsonObject(line: string): boolean {
  if (!line.startsWith('{') || !line.endsWith('}')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
